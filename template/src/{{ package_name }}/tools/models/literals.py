"""Values and calls as Python writes them, with no line longer than a file may have. Pure."""

import re

CHUNK = 76
"""Characters of a text that stand in one line."""

# What SQLAlchemy's `text()` would take for a parameter, or for the escape of one.
COLON = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))|(?<=\\):(?!:)")

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def literal(value: str) -> str:
    """Return *value* in quotes; a long one as several that Python joins."""
    quote = "'" if '"' in value and "'" not in value else '"'
    chunks, now = list[str](), ""
    for character in value:
        now += _escaped(character, quote)
        is_long = len(now) > CHUNK * 2 // 3
        if len(now) >= CHUNK or (is_long and character in " \n"):
            chunks.append(now)
            now = ""
    if now or not chunks:
        chunks.append(now)
    if len(value) <= CHUNK and sum(map(len, chunks)) <= CHUNK:  # it fits in one
        chunks = ["".join(chunks)]
    return " ".join(f"{quote}{chunk}{quote}" for chunk in chunks)


def _escaped(character: str, quote: str) -> str:
    if character == quote:
        return f"\\{character}"
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    width, letter = next(each for each in ((2, "x"), (4, "u"), (8, "U")) if number < 16 ** each[0])
    return f"\\{letter}{number:0{width}x}"


def sql_literal(expression: str) -> str:
    """Return a text of SQL as SQLAlchemy reads it, which looks for parameters in it."""
    return literal(COLON.sub(r"\\:", expression))


def call(function: str, *arguments: str, **named: str | bool | None) -> str:
    """Return the source of a call; what is None or False is left out."""
    keywords = [f"{name}={value}" for name, value in named.items() if value]
    return f"{function}({', '.join([*arguments, *keywords])})"


def sequence(values: "list[str] | tuple[str, ...]") -> str:
    """Return a list of texts."""
    return f"[{', '.join(map(literal, values))}]"
