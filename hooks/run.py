"""python hooks/run.py vX.Y.Z [--dry-run]: the steps of a version, in the project around it."""

import argparse
import importlib.util
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

# Copier 9.10 still runs on 3.9, which reads none of the files below.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit("The steps of an update need Python 3.10: run Copier with `uvx copier`, then again.")

HERE = Path(__file__).resolve().parent
# Started by its path, this file is in no package, and its neighbours could hide others' modules.
sys.path[:] = [str(HERE.parent), *(path for path in sys.path if Path(path).resolve() != HERE)]

from hooks.failure import Failure  # noqa: E402
from hooks.project import Project, Step, opened  # noqa: E402

VERSIONS = HERE / "versions"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a sentence for each thing done or left to a person; 1 if nothing could be done."""
    parser = argparse.ArgumentParser(prog="hooks/run.py", description=__doc__)
    parser.add_argument("version", help="the version whose steps are run, as its tag")
    parser.add_argument("--dry-run", action="store_true", help="only print what would be done")
    parser.add_argument("--answers-file", default=".copier-answers.yml", help="as given to Copier")
    wanted = parser.parse_args(arguments)
    # A file's name may have letters that the terminal of Windows has not.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        run(wanted.version, Path.cwd(), wanted.answers_file, dry=wanted.dry_run)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def run(version: str, root: Path, answers_file: str, *, dry: bool) -> None:
    """Run the steps of *version*, in their order."""
    steps = steps_of(version)
    if not importlib.util.find_spec("copier"):
        raise Failure(
            "Run this with Copier beside it: uv run --no-project --with copier python ..."
        )
    with opened(root, HERE.parent, answers_file, dry=dry) as project:
        project.later = later_than(version)
        # Whatever is missing for a merge is known before the first file is written.
        _ = project.old_render
        if dry:
            print(f"Nothing is changed. {version} would do, or leave to you:")
        for step in steps:
            tell(step, project)


def tell(step: Step, project: Project) -> None:
    """Run a step, and print what it says as it says it."""
    for sentence in step.run(project):
        print(f"  {sentence}", flush=True)


def steps_of(version: str) -> Sequence[Step]:
    """Return the steps in the file of *version*."""
    file = VERSIONS / f"{re.sub(r'[^a-z0-9]', '_', version)}.py"
    if not re.fullmatch(r"v\d+(\.\d+)*\w*", version) or not file.is_file():
        known = ", ".join(versions()) or "none"
        raise Failure(f"No steps are needed for {version}; there are some for: {known}.")
    spec = importlib.util.spec_from_file_location(f"hooks.versions.{file.stem}", file)
    if not spec or not spec.loader:
        raise Failure(f"{file} cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.STEPS


def later_than(version: str) -> list[Step]:
    """Return the steps of the versions after this one, in order."""
    ordered = versions()
    after = ordered[ordered.index(version) + 1 :]
    return [step for later in after for step in steps_of(later)]


def versions() -> list[str]:
    """Return the versions that have steps, the oldest first."""
    found = [file.stem.replace("_", ".") for file in VERSIONS.glob("v[0-9]*.py")]
    return sorted(found, key=lambda version: [int(part) for part in version[1:].split(".")])


if __name__ == "__main__":
    sys.exit(main())
