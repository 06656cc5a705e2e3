"""A sentence that says both what happened and what to do, parted. Pure."""

import re

BETWEEN = re.compile(r"(?<!Dashboard)(?:: |; )")


def parted(
    sentence: str, otherwise: str = "Dashboard: Connect has the right address"
) -> tuple[str, str]:
    """Return what happened, and what to do: what follows the first colon or semicolon."""
    says, *rest = BETWEEN.split(sentence, maxsplit=1)
    return says, rest[0] if rest else otherwise
