"""How a command ends when it cannot do its work."""


class Failure(Exception):
    """What happened and what to do about it, in one line for the person at the terminal."""
