"""A statement as a revision says it: the SQL itself, so it depends on no code that may change."""

import re
from textwrap import indent

COLON = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))|(?<=\\):(?!:)")
"""What SQLAlchemy would take for a parameter, or for one that is written with a backslash."""


def execute(statement: str) -> str:
    """Return the line, or the lines, of a revision that execute *statement*."""
    return f"op.execute({_literal(statement)})"


def execute_exactly(statement: str, imports: set[str]) -> str:
    """Return the same for a statement whose every blank counts, as those of a function's body."""
    # As Alembic indents it, and `dedent` takes that back: blank lines come out empty.
    if all(line.strip() or not line for line in statement.split("\n")):
        imports.add("from textwrap import dedent")
        text = _escaped(statement).replace('"""', r"\"\"\"")
        return f'op.execute(dedent("""\n{indent(text, "    ")}\n"""))'
    lines = _escaped(statement).replace('"', r"\"").split("\n")
    return "\n".join(["op.execute(", *(f'    "{line}\\n"' for line in lines), ")"])


def _escaped(statement: str) -> str:
    return COLON.sub(r"\\:", statement).replace("\\", "\\\\")


def _literal(statement: str) -> str:
    text = _escaped(statement)
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
