"""Which pages are followed in which shape, by (row level security, Storage).

In the default shape all of them are. In another one those are whose blocks are others there.
"""

FOLLOWED: dict[tuple[bool, bool], frozenset[str]] = {
    (False, True): frozenset(
        {
            "docs/first-feature.md",
            "docs/performance.md",
            "skills/add-a-feature/SKILL.md",
            "skills/review-access/SKILL.md",
        }
    ),
    (True, False): frozenset({"docs/connect.md"}),
    (False, False): frozenset({"docs/connect.md"}),
}
