"""What is imported stays until a command ends: to look for garbage in it takes long, in vain."""

import atexit
import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def garbage_left() -> Generator[None]:
    """Look for no garbage meanwhile, and take nothing apart when the process ends.

    With hundreds of models Python needs as long to take them apart as to import them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
