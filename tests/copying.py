"""Copier in the process of the tests, where it does once what it does anew for each file."""

import copy
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

import jinja2
from copier import _template
from copier._cli import CopierApp
from copier._main import Worker
from copier._vcs import clone, get_git
from plumbum import local


def run_copier(*words: str | Path, cwd: Path, expect: int = 0) -> str:
    """Run Copier's command line and return what it printed, in the order of a terminal.

    In this process: to start one, to import Copier there and to compile the templates takes longer
    than an update. A test that kills it or gives it another environment starts one.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", buffering=1) as told:
        with ExitStack() as stack:
            stack.enter_context(local.cwd(cwd))
            stack.enter_context(_printing_to(told))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("default")
            warnings.showwarning = _show
            _, code = CopierApp.run(["copier", *map(str, words)], exit=False)
        told.seek(0)
        printed = told.read()
    assert code == expect, f"copier {words} exited with {code}\n{printed}"
    return printed


@contextmanager
def _printing_to(file: IO[str]) -> Generator[None]:
    """Let *file* have what is printed, also by programs that are started."""
    before = [(number, os.dup(number)) for number in (1, 2)]
    for number, _ in before:
        os.dup2(file.fileno(), number)
    try:
        with redirect_stdout(file), redirect_stderr(file):
            yield
    finally:
        for number, kept in before:
            os.dup2(kept, number)
            os.close(kept)


def _show(message: Warning | str, kind: type[Warning], name: str, line: int, *_: Any) -> None:
    sys.stderr.write(warnings.formatwarning(message, kind, name, line))


@contextmanager
def doing_once() -> Generator[None]:
    """Save what Copier repeats: half of a render, and most of the rest of an update."""
    with (
        _templates_compiled_once(),
        _modes_asked_for_once(),
        _versions_cloned_once(),
        _questions_read_once(),
        _plain_paths_not_rendered(),
    ):
        yield


@contextmanager
def _templates_compiled_once() -> Generator[None]:
    """Compile each text that Copier renders once in a process.

    It compiles a project's thousand paths anew in each render.
    """
    compile_anew = jinja2.Environment.compile
    known: dict[tuple[Any, ...], Any] = {}

    def compile_once(environment: jinja2.Environment, source: Any, *arguments: Any) -> Any:
        blocks = (environment.trim_blocks, environment.lstrip_blocks)
        newline = environment.keep_trailing_newline
        key = (type(environment), *blocks, newline, source, *arguments)
        if key not in known:
            known[key] = compile_anew(environment, source, *arguments)
        return known[key]

    with patch.object(jinja2.Environment, "compile", compile_once):
        yield


@contextmanager
def _modes_asked_for_once() -> Generator[None]:
    """Ask Git once in a project whether it keeps the modes of files: Copier asks for each file.

    Where Git keeps them, which is so wherever these tests run, there is nothing else to do.
    """
    name = "_sync_git_index_executable_bit"
    for_each: Callable[[Worker, Path, int], None] = getattr(Worker, name)
    kept: dict[Path, bool] = {}

    def once(worker: Worker, path: Path, mode: int) -> None:
        folder = worker.subproject.local_abspath
        if folder not in kept:
            asked = get_git(context_dir=folder)["config", "--type=bool", "core.fileMode"]
            kept[folder] = asked.run(retcode=None)[1].strip() != "false"
        if not kept[folder]:
            for_each(worker, path, mode)

    with patch.object(Worker, name, once):
        yield


@contextmanager
def _versions_cloned_once() -> Generator[None]:
    """Have one clone of each version of a template: Copier makes five in an update.

    It only reads them. As long as no branch and no tag of the template moved, one is as another.
    """
    known: dict[tuple[str, ...], str] = {}
    with tempfile.TemporaryDirectory(prefix="clones-") as folder:

        def clone_once(url: str, ref: str = "HEAD", location: str | None = None) -> str:
            if ref == "HEAD" or not Path(url).is_dir():
                return clone(url, ref, location)
            refs = str(get_git(context_dir=Path(url))("for-each-ref"))
            key = (url, ref, refs)
            if key not in known:
                known[key] = clone(url, ref, tempfile.mkdtemp(dir=folder))
            return known[key]

        with patch.object(_template, "clone", clone_once):
            yield


@contextmanager
def _questions_read_once() -> Generator[None]:
    """Parse the questions of a version once, in Python's YAML: Copier does with each clone."""
    read = _template.load_template_config
    known: dict[tuple[Path, int], dict[str, Any]] = {}

    def read_once(path: Path, *arguments: Any) -> dict[str, Any]:
        key = (path, path.stat().st_mtime_ns)
        if key not in known:
            known[key] = read(path, *arguments)
        return copy.deepcopy(known[key])

    with patch.object(_template, "load_template_config", read_once):
        yield


@contextmanager
def _plain_paths_not_rendered() -> Generator[None]:
    """Take a part of a path that is no template as it is, and so the name of the file of answers.

    Copier renders each of them with all answers, for each path and each folder of it.
    """
    name, part = "answers_relpath", "_render_string"
    of_answers: property = getattr(Worker, name)
    render: Callable[..., str] = getattr(Worker, part)

    def answers_relpath(worker: Worker) -> Path:
        path = str(worker.answers_file or worker.template.answers_relpath)
        return of_answers.__get__(worker) if "{" in path else Path(path)

    def render_string(worker: Worker, string: str, extra_context: Any = None) -> str:
        return render(worker, string, extra_context) if {"{", "\n"} & {*string} else string

    with (
        patch.object(Worker, name, property(answers_relpath)),
        patch.object(Worker, part, render_string),
    ):
        yield
