"""The released versions: whether all that names one agrees, and a clone that has them as tags."""

import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., str]

NEXT = "v99.0.0"
"""The working tree, above whatever is released."""

NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
SECTION = re.compile(r"^## (\d\S*) - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def released(root: Path) -> dict[str, str]:
    """Return the commit of each version, the oldest first."""
    rows = tomllib.loads((root / "releases.toml").read_text(encoding="utf-8"))["releases"]
    return {version: rows[version] for version in sorted(rows, key=order)}


def order(version: str) -> tuple[int, ...]:
    """Return what versions are compared by; what is none comes first."""
    return tuple(map(int, version.split("."))) if NUMBER.fullmatch(version) else ()


def troubles(root: Path) -> list[str]:
    """Return a sentence for each thing that does not agree; none is what a commit should have."""
    versions = released(root)
    found = [trouble for row in versions.items() for trouble in _of_release(root, *row)]
    current = project_version((root / "pyproject.toml").read_text(encoding="utf-8"))
    here = sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    found += [f"CHANGELOG.md lost its section of {name}." for name in versions if name not in here]
    # A release commit is not in the map yet: no commit can contain its own name.
    found += [
        f"CHANGELOG.md has a section of {name}, which is neither released nor the current version."
        for name in here
        if name not in versions and name != current
    ]
    if versions and order(current) < max(map(order, versions)):
        found.append(f"pyproject.toml says {current}, which is older than what is released.")
    if versions and current not in versions and current not in here:
        found.append(f"pyproject.toml says {current}, but CHANGELOG.md has no section of it.")
    return found


def _of_release(root: Path, version: str, commit: str) -> list[str]:
    if not NUMBER.fullmatch(version):
        return [f"{version} is no version: three numbers, as in 1.2.3."]
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        return [f"The commit of {version} is not named in full, by 40 hexadecimal digits."]
    if git(root, "merge-base", "--is-ancestor", commit, "HEAD") is None:
        if git(root, "rev-parse", "--is-shallow-repository") == "true\n":
            return ["This clone is shallow, so no release can be looked at: fetch --unshallow."]
        return [f"The commit of {version} is not in the history of this one."]
    found: list[str] = []
    told = project_version(git(root, "show", f"{commit}:pyproject.toml") or "")
    if told != version:
        found.append(f"pyproject.toml says {told or 'nothing'} in the commit of {version}.")
    section = sections(git(root, "show", f"{commit}:CHANGELOG.md") or "").get(version)
    if section is None:
        found.append(f"CHANGELOG.md has no section of {version} in its commit.")
    elif "*Your project:*" not in section:
        found.append(f"The section of {version} does not say *Your project:* what to do.")
    tagged = git(root, "rev-parse", "--verify", "--quiet", f"refs/tags/v{version}^{{commit}}")
    if tagged not in {None, f"{commit}\n"}:
        found.append(f"The tag v{version} is at another commit.")
    return found


def project_version(content: str) -> str:
    """Return the version in a pyproject.toml."""
    return tomllib.loads(content).get("project", {}).get("version", "")


def sections(changelog: str) -> dict[str, str]:
    """Return the text under each version's heading."""
    parts = SECTION.split(changelog)
    return dict(zip(parts[1::3], parts[3::3], strict=True))


def git(root: Path, *arguments: str) -> str | None:
    """Return what Git prints, or nothing where it fails."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def copy_working_tree(root: Path, folder: Path, run: Run) -> None:
    """Copy what Git does not ignore, as it is now."""
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=root)
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((root / name).read_bytes())
            (folder / name).chmod((root / name).stat().st_mode)


def rebuild(root: Path, folder: Path, run: Run, commit: Callable[[Path, str], None]) -> None:
    """Make a clone with a tag for each released version, and the working tree as the next."""
    run("git", "clone", "--quiet", "--no-tags", root, folder, cwd=root)
    for version, revision in released(root).items():
        run("git", "tag", f"v{version}", revision, cwd=folder)
    run("git", "rm", "-r", "--quiet", ".", cwd=folder)
    copy_working_tree(root, folder, run)
    (folder / "uncommitted").touch()  # so that there is always something to commit
    commit(folder, "Next")
    run("git", "tag", NEXT, cwd=folder)
