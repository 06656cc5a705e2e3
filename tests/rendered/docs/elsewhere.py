"""What `test_pages.py` does not run: what cannot be run here, and what has a test of its own."""

ELSEWHERE = {
    "docker build --tag my-supabase-service .": "no Docker here: its CMD is run in test_boot.py",
    "uv add mangum": "the tests have it installed: the handler that needs it is run below it",
}
"""Blocks that are marked `elsewhere`, by their first line: why, and what is run in their place."""

OWN = {
    ("docs/database.md", "python"): "tools/test_concurrently.py",
    ("docs/extensions.md", "sql"): "local/extensions/test_guards.py",
    ("docs/queries.md", "python"): "tables/test_queries_page.py",
    ("docs/upgrading.md", "bash"): "../test_template_upgrading.py",
}
"""Blocks of a page, in a language, that another test runs, which looks closer at what they do."""

AS_RENDERED = {
    "uv run pytest": "../test_project.py",
    "uv run basedpyright": "../test_checks.py",
}
"""Commands about all of a project, which take longest: who runs them in one as it was rendered.

In the first block of a page it still is that.
"""
