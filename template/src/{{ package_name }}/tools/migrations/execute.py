"""A statement as a revision says it: the SQL itself, so it depends on no code that may change."""

import re
from textwrap import indent

COLON = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))|(?<=\\):(?!:)")
"""What SQLAlchemy would take for a parameter, or for one that is written with a backslash."""


def execute(statement: str) -> str:
    """Return the line, or the lines, of a revision that execute *statement*."""
    return f"op.execute({_literal(statement)})"


def _literal(statement: str) -> str:
    text = COLON.sub(r"\\:", statement).replace("\\", "\\\\")
    if "\n" not in text:
        for quote in ('"', "'"):
            if quote not in text:
                return f"{quote}{text}{quote}"
    escaped = text.replace('"""', r"\"\"\"")
    return f'"""\n{indent(escaped, "    ")}\n"""'
