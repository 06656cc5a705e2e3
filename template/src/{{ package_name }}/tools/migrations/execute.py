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
    if quotes_a_line_break(statement):
        # An indented line would be another value.
        lines = text.replace('"', r"\"").split("\n")
        parts = [f'    "{line}\\n"' for line in lines[:-1]] + [f'    "{lines[-1]}"']
        return "\n".join(["", *parts, ""])
    escaped = text.replace('"""', r"\"\"\"")
    return f'"""\n{indent(escaped, "    ")}\n"""'


def quotes_a_line_break(text: str) -> bool:
    """Whether what stands before a line may be a part of a value, so that it has to stay."""
    return any(line.count("'") % 2 for line in text.splitlines())
