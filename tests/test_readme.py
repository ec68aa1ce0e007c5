"""The README is held to what it says: its verbs exist, its files are there, its demo output is what is expected."""

import re
from pathlib import Path

import pytest

from fixtures import cohort
from validator.cli import VERBS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OUTPUT = README.split("<!-- demo -->")[1].split("<!-- /demo -->")[0]


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"(?:^    |`)validate ([a-z]+)\b(?![./])", README, re.M))))
def test_every_verb_it_names_exists(verb: str) -> None:
    assert verb in VERBS


@pytest.mark.parametrize("path", sorted(set(re.findall(r"^    ([a-z_]+/) {2,}", README, re.M))))
def test_every_folder_of_its_tree_is_there(path: str) -> None:
    assert (ROOT / path).is_dir()


@pytest.mark.parametrize("target", ["demo", "test"])
def test_its_two_commands_are_targets_of_the_makefile(target: str) -> None:
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("fixture", [f for f in cohort.fixtures() if not f.static], ids=lambda fixture: fixture.name)
def test_its_demo_output_is_what_each_submission_expects(fixture: cohort.Fixture) -> None:
    (line,) = [line for line in OUTPUT.splitlines() if line.startswith(f"as expected  {fixture.username}")]
    expect = fixture.expect
    assert f"penalty {expect['total_penalty']}, proposed {expect['proposed_penalty']}:" in line
    costs = {clause: marks for clause, marks in expect.get("fails", {}).items() if marks}
    assert all(f"{clause} {marks}" in line for clause, marks in costs.items())
