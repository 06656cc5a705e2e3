"""Where a project finds its template again: what cannot work for a colleague is told at once."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., str]

URL = "https://git.example.com/templates/copier-fastapi-supabase.git"
OF_THIS_MACHINE = "is a path on this machine"
OF_THIS_FOLDER = "counts from the folder that you are in"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("template", {OF_THIS_MACHINE, OF_THIS_FOLDER}),
        ("{folder}/template", {OF_THIS_MACHINE}),
        ("git+file://{folder}/template", {OF_THIS_MACHINE}),
        (URL, set[str]()),
    ],
)
def test_an_address_that_colleagues_do_not_have_is_named(
    template: Path, run: Run, tmp_path: Path, address: str, told: set[str]
) -> None:
    run("git", "clone", "--quiet", template, tmp_path / "template", cwd=tmp_path)
    asked = address.format(folder=tmp_path)
    # Git reads the folder where it is told to read that URL.
    instead = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_VALUE_0": URL}
    instead["GIT_CONFIG_KEY_0"] = f"url.{tmp_path / 'template'}.insteadOf"
    command = (sys.executable, "-m", "copier", "copy", "--defaults", asked, "service")

    said = " ".join(run(*command, cwd=tmp_path, env=os.environ | instead).split())

    assert {each for each in (OF_THIS_MACHINE, OF_THIS_FOLDER) if each in said} == told
    assert (f"`_src_path: {asked}`" in said) is bool(told)
    answers = yaml.safe_load((tmp_path / "service/.copier-answers.yml").read_text())
    assert answers["_src_path"] == asked
