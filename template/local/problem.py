"""What the person at the keyboard can mend."""


class Problem(Exception):
    """The stand-in cannot run; the message is one line that says why and what to do."""


class Taken(Problem):
    """Another stand-in runs in the folder."""
