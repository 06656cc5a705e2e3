"""What pg_trgm is asked."""

from itertools import product
from random import Random

TEXTS = (
    "",
    "a",
    "word",
    "two words",
    "Two  Words!",
    "tow words",
    "wörd",
    "word_is-a",
    "hello hello hello",
    " cat ",
    "日本語",
)

OPERATORS = ("%", "<%", "%>", "<<%", "%>>", "<->", "<<->", "<->>", "<<<->", "<->>>")


def likeness(one: str, other: str) -> str:
    functions = ("similarity", "word_similarity", "strict_word_similarity")
    return ", ".join(f"{name}('{one}', '{other}')" for name in functions)


def compared(one: str, other: str) -> str:
    return ", ".join(f"'{one}' {operator} '{other}'" for operator in OPERATORS)


def at_random(count: int) -> list[str]:
    """Return calls with texts of few letters, which are alike in many ways."""
    random = Random(5)  # noqa: S311
    texts = ["".join(random.choices("abc ", k=random.randint(1, 40))) for _ in range(count)]
    return [f"select {likeness(a[:12], b)}" for a, b in zip(texts, reversed(texts), strict=True)]


CALLS = [
    *(f"select show_trgm('{text}')" for text in TEXTS),
    *(f"select {likeness(a, b)}, {compared(a, b)}" for a, b in product(TEXTS, TEXTS)),
    *at_random(200),
    "select show_limit()",
    "select set_limit(0.5), show_limit()",
    "select 'word' % 'words', 'word' % 'w'",
    "set pg_trgm.similarity_threshold = 0.2",
    "select show_limit(), 'word' % 'war'",
    "set pg_trgm.word_similarity_threshold = 0.1",
    "select 'word' <% 'war', 'word' <<% 'war'",
    "set pg_trgm.strict_word_similarity_threshold = 0.1",
    "select 'word' <<% 'war'",
    "select set_limit(2)",
    "select similarity(null, 'x')",
]
