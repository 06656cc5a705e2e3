"""What is looked at in a project with Storage: its keys, and its bucket."""

from ..checkup import Check
from ..known import Known

STORAGE: tuple[Check[Known], ...] = ()
