"""Names and texts, as they may go to a terminal. Pure."""


def printable(text: str) -> str:
    """Return *text* without what would move the cursor."""
    if text.isprintable():
        return text
    return "".join(it if it.isprintable() else it.encode("unicode_escape").decode() for it in text)
