"""What ends a run before anything is changed."""


class Failure(Exception):  # noqa: N818  # it is told as its one sentence
    """The surroundings are not as they have to be."""
