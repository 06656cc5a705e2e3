"""What names a released version agrees: the map, the tag, pyproject.toml and CHANGELOG.md."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.releases import NEXT, rebuild, released, troubles

Run = Callable[..., str]
Commit = Callable[[Path, str], None]

ROOT = Path(__file__).parent.parent

PROJECT = '[project]\nversion = "{}"\n'
FIRST = "# Changelog\n\n## 0.1.0 - 2026-12-01\n\n- All. *Your project:* render one.\n"
SECOND = FIRST.replace("0.1.0", "0.2.0").replace("# Changelog\n\n", "")


def write(root: Path, version: str, changelog: str, rows: str = "") -> None:
    (root / "pyproject.toml").write_text(PROJECT.format(version))
    (root / "CHANGELOG.md").write_text(changelog)
    (root / "releases.toml").write_text(f"[releases]\n{rows}")


@pytest.fixture
def repository(tmp_path: Path, run: Run, commit: Commit) -> Path:
    """A repository that released 0.1.0, by the recipe."""
    root = tmp_path / "repository"
    root.mkdir()
    write(root, "0.1.0", "# Changelog\n\n## Unreleased\n\n- All.\n")
    commit(root, "Start")
    assert troubles(root) == []
    write(root, "0.1.0", FIRST)
    commit(root, "Release 0.1.0")
    assert troubles(root) == []
    sha = run("git", "rev-parse", "HEAD", cwd=root).strip()
    write(root, "0.1.0", FIRST, f'"0.1.0" = "{sha}"\n')
    commit(root, "Map 0.1.0")
    run("git", "tag", "v0.1.0", sha, cwd=root)
    assert troubles(root) == []
    return root


def test_every_released_version_is_what_it_says() -> None:
    assert troubles(ROOT) == []


def test_each_commit_of_the_recipe_agrees(repository: Path, run: Run, commit: Commit) -> None:
    """Between releases, at the next release, and once that is in the map."""
    mapped = (repository / "releases.toml").read_text().removeprefix("[releases]\n")
    unreleased = FIRST.replace("## 0.1.0", "## Unreleased\n\n- More.\n\n## 0.1.0")
    write(repository, "0.1.0", unreleased, mapped)
    assert troubles(repository) == []

    both = FIRST.replace("## 0.1.0", f"{SECOND}\n## 0.1.0")
    write(repository, "0.2.0", both, mapped)
    commit(repository, "Release 0.2.0")
    assert troubles(repository) == []

    sha = run("git", "rev-parse", "HEAD", cwd=repository).strip()
    write(repository, "0.2.0", both, f'{mapped}"0.2.0" = "{sha}"\n')
    assert troubles(repository) == []
    assert [*released(repository)] == ["0.1.0", "0.2.0"]


def head(root: Path, run: Run) -> str:
    return run("git", "rev-parse", "HEAD", cwd=root).strip()


@pytest.mark.parametrize(
    ("version", "changelog", "trouble"),
    [
        ("0.2.0", FIRST, "pyproject.toml says 0.2.0 in the commit of 0.1.0."),
        ("0.1.0", "# Changelog\n", "CHANGELOG.md has no section of 0.1.0 in its commit."),
        ("0.1.0", FIRST.replace("*Your", "*A"), "does not say *Your project:* what to do."),
    ],
)
def test_a_commit_that_is_not_that_version_is_found(  # noqa: PLR0913, PLR0917  # two are tools
    repository: Path, run: Run, commit: Commit, version: str, changelog: str, trouble: str
) -> None:
    write(repository, version, changelog)
    commit(repository, "Release something else")
    row = f'"0.1.0" = "{head(repository, run)}"\n'
    run("git", "tag", "-d", "v0.1.0", cwd=repository)
    write(repository, "0.1.0", FIRST, row)

    [found] = troubles(repository)

    assert found.endswith(trouble)


@pytest.mark.parametrize(
    ("version", "changelog", "rows", "trouble"),
    [
        ("0.1.0", FIRST, '"0.1" = "{}"\n', "0.1 is no version"),
        ("0.1.0", FIRST, '"0.1.0" = "abc1234"\n', "is not named in full"),
        ("0.1.0", FIRST, f'"0.1.0" = "{"0" * 40}"\n', "is not in the history of this one"),
        ("0.1.0", "# Changelog\n", '"0.1.0" = "{}"\n', "CHANGELOG.md lost its section of 0.1.0."),
        ("0.0.9", FIRST, '"0.1.0" = "{}"\n', "pyproject.toml says 0.0.9, which is older"),
        ("0.2.0", FIRST, '"0.1.0" = "{}"\n', "CHANGELOG.md has no section of it"),
        ("0.2.0", FIRST, "", "has a section of 0.1.0, which is neither released"),
    ],
)
def test_what_does_not_agree_is_one_sentence(  # noqa: PLR0913, PLR0917  # one is a tool
    repository: Path, run: Run, version: str, changelog: str, rows: str, trouble: str
) -> None:
    sha = run("git", "rev-parse", "v0.1.0", cwd=repository).strip()
    write(repository, version, changelog, rows.replace("{}", sha))

    assert any(trouble in found for found in troubles(repository))


def test_a_tag_at_another_commit_is_found(repository: Path, run: Run) -> None:
    run("git", "tag", "--force", "v0.1.0", "HEAD", cwd=repository)

    assert troubles(repository) == ["The tag v0.1.0 is at another commit."]


def test_a_commit_beside_the_history_is_found(repository: Path, run: Run, commit: Commit) -> None:
    run("git", "switch", "--quiet", "--orphan", "other", cwd=repository)
    write(repository, "0.1.0", FIRST)
    commit(repository, "Other")
    sha = run("git", "rev-parse", "v0.1.0", cwd=repository).strip()
    write(repository, "0.1.0", FIRST, f'"0.1.0" = "{sha}"\n')

    assert troubles(repository) == ["The commit of 0.1.0 is not in the history of this one."]


def test_a_shallow_clone_says_what_it_lacks(repository: Path, run: Run, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    run("git", "clone", "--quiet", "--depth=1", repository.as_uri(), shallow, cwd=tmp_path)

    assert troubles(shallow) == [
        "This clone is shallow, so no release can be looked at: fetch --unshallow."
    ]


def test_a_clone_without_tags_is_rebuilt_with_them(
    repository: Path, run: Run, commit: Commit, tmp_path: Path
) -> None:
    """And the working tree, also what is not committed or deleted in it, is the next version."""
    run("git", "tag", "-d", "v0.1.0", cwd=repository)
    (repository / "new").touch()
    (repository / "CHANGELOG.md").unlink()

    folder = tmp_path / "rebuilt"
    rebuild(repository, folder, run, commit)

    assert run("git", "tag", cwd=folder).split() == ["v0.1.0", NEXT]
    released_files = run("git", "ls-tree", "--name-only", "v0.1.0", cwd=folder).split()
    assert released_files == ["CHANGELOG.md", "pyproject.toml", "releases.toml"]
    next_files = run("git", "ls-tree", "--name-only", NEXT, cwd=folder).split()
    assert {*next_files} >= {"new", "pyproject.toml"}
    assert "CHANGELOG.md" not in next_files
