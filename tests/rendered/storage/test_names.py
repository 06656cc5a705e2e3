"""Names are kept exactly, or refused."""

import re
from uuid import UUID

import pytest

from my_supabase_service.files.names import checked, key_of, read, spell
from my_supabase_service.supabase import Invalid

OWNER = UUID("a11ce000-0000-4000-8000-000000000001")
STORAGE_TAKES = re.compile(r"[\w/!\-.*'() &$@=;:+,?]+", re.ASCII)
"""What the server's own check lets through."""

KEPT = [
    ("hello.txt", "hello.txt"),
    ("2026/January/my report (1).pdf", "2026/January/my report (1).pdf"),
    ("Zoë.pdf", "Zo=C3=AB.pdf"),
    ("Zoe\u0308.pdf", "Zoe=CC=88.pdf"),
    ("報告.txt", "=E5=A0=B1=E5=91=8A.txt"),
    ("👩‍👧.png", "=F0=9F=91=A9=E2=80=8D=F0=9F=91=A7.png"),
    ("100%.txt", "100=25.txt"),
    ("a%2e%2e/b", "a=252e=252e/b"),
    ("a#b?c~[d].txt", "a=23b=3Fc=7E=5Bd=5D.txt"),
    ("a=b.txt", "a=b.txt"),
    ("a=3D.txt", "a=3D3D.txt"),
    ("a=ü", "a==C3=BC"),
    (" a ", " a "),
    ("..a", "..a"),
    ("...", "..."),
    ('a"b<c>|*.txt', "a=22b=3Cc=3E=7C*.txt"),
]

REFUSED = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "../b",
    "a/../b",
    "a/./b",
    "a\\b",
    "..\\b",
    "a\0b",
    "a\nb",
    "a\x7fb",
    "a\u0085b",
    "a\u2028b",
    "photo\u202egpj.exe",
    "a\ud800b",
    "x" * 701,
    "ü" * 117,
]


@pytest.mark.parametrize(("path", "key"), KEPT, ids=ascii)
def test_a_name_comes_back_as_it_was(path: str, key: str) -> None:
    assert key_of(OWNER, path) == f"{OWNER}/{key}"
    assert STORAGE_TAKES.fullmatch(key)
    assert read(key) == path


@pytest.mark.parametrize("path", REFUSED, ids=ascii)
def test_what_only_misleads_is_refused(path: str) -> None:
    with pytest.raises(Invalid):
        key_of(OWNER, path)


def test_no_two_names_have_one_key() -> None:
    """Whatever stands beside an equals sign, which is what a spelling begins with."""
    parts = ["=", "C3", "3D", "ü", "c3", "4", "A"]
    names = {f"{a}{b}{c}{d}" for a in parts for b in parts for c in parts for d in parts}

    assert len({spell(name) for name in names}) == len(names)
    assert all(read(spell(checked(name))) == name for name in names)


@pytest.mark.parametrize("key", ["a=b+c&d.txt", "it's (1) $5 @home; a:b,c!", "a=FF", "a=c3"])
def test_a_key_of_another_client_is_its_own_name(key: str) -> None:
    assert read(key) == key
