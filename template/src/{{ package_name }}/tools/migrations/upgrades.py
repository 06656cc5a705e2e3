"""What the upgrades of revisions hold, read without running them. Pure, but for their files.

A downgrade is passed over: what it makes again, another tool may own by now.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

CREATE_TABLE = "create_table"


def upgrade_of(revision: Path) -> tuple[ast.Call | ast.Constant, ...]:
    """Return the calls and the literals of *revision*, outside of its downgrade, as they stand."""
    return _read(revision.read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)  # each revision is asked for what it made, once for each kind of thing
def _read(source: str) -> tuple[ast.Call | ast.Constant, ...]:
    return tuple(
        node
        for each in ast.parse(source).body
        if not (isinstance(each, ast.FunctionDef) and each.name == "downgrade")
        for node in _walk(each)
    )


def _walk(node: ast.AST) -> Iterator[ast.Call | ast.Constant]:
    if isinstance(node, ast.Call | ast.Constant):
        yield node
    # A table's columns, most of what a long revision holds, say nothing of what is made beside it.
    if isinstance(node, ast.Call) and called(node) == CREATE_TABLE:
        return
    for each in ast.iter_child_nodes(node):
        yield from _walk(each)


def called(call: ast.Call) -> str:
    """Return the name of the method that is called; nothing for what is none."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
