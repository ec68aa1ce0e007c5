"""`validate paper` as a person and a program use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fixtures.papers import write_paper
from tests.measuring.probes import pictured
from validator.cli import group
from validator.cli import paper as paper_command
from validator.measuring.probes import paper_figures, paper_joined
from validator.measuring.probes.figure_asked import Answer


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "abcd12-paper.pdf"
    write_paper(path, pages=5, references="few-lines")
    return path


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "abcd12-paper.pdf"
    path.write_bytes(b"<html>[bold]not a paper[/bold]</html>")
    return path


def invoked(*arguments: str) -> tuple[Result, int]:
    """The outcome, and the exit code as the entry point takes it from the command."""
    outcome = CliRunner().invoke(group, ["paper", *arguments], standalone_mode=False)
    exception = outcome.exception
    code = getattr(exception, "exit_code", None) if exception else outcome.return_value
    assert isinstance(code, int), exception
    return outcome, code


def test_json_has_the_promised_keys_and_numbers(sound: Path) -> None:
    outcome, code = invoked(str(sound), "--json")
    document = json.loads(outcome.stdout)
    assert code == 0
    assert (document["pages_total"], document["pages_counted"], document["references_page"]) == (5, 5, 5)
    assert document["policies"] == {"without-references": 5, "all": 5}
    assert document["references_confidence"] == "high"
    assert [flag["kind"] for flag in document["flags"]] == ["last-counted-page-nearly-empty"]


def test_the_table_names_the_counts_and_what_to_look_at(sound: Path) -> None:
    outcome, code = invoked(str(sound))
    assert code == 0
    assert "pages that count" in outcome.stdout
    assert "last-counted-page" in outcome.stdout


def test_json_says_where_the_text_stands_and_what_it_is_set_in(sound: Path) -> None:
    document = json.loads(invoked(str(sound), "--json")[0].stdout)
    geometry = document["geometry"]
    assert (geometry["page_width"], geometry["left_edge"], geometry["body_size"]) == (612, 108, 10)
    assert geometry["right_edge"] == pytest.approx(504, abs=1)
    assert document["not_measured"] == {}
    assert document["faces"] == ["Times-Roman"]
    assert {"title": "Introduction", "page": 1} in document["headings"]
    assert document["notice"] == "Coursework paper"


def test_the_table_shows_the_geometry(sound: Path) -> None:
    outcome, _ = invoked(str(sound))
    assert "left edge" in outcome.stdout
    assert "108 points" in outcome.stdout


@pytest.fixture(scope="module")
def pictured_paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second page with a batch of 64, and nothing else that a figure is known by."""
    batch = pictured.grid(pictured.tiles(64, seed=5), 8, 8, gap=2, colour=0, framed=True)
    path = tmp_path_factory.mktemp("paper") / "abcd12-paper.pdf"
    pictured.paper(path, ["Words."], ["Figure 1: [red]A batch[/red] of samples.", (batch, (100, 400, 200, 200))])
    return path


def test_figures_are_told_with_their_pages_and_a_kind_that_is_not_found_is_not_called_missing(
    pictured_paper: Path,
) -> None:
    document = json.loads(invoked(str(pictured_paper), "--json")[0].stdout)
    (figure,) = document["figures"]
    assert (figure["kind"], figure["page"], figure["count"]) == ("samples", 2, 64)
    table = " ".join(invoked(str(pictured_paper))[0].stdout.split())
    assert "batch of samples (64) 2 a grid of 8 x 8 tiles" in table
    assert "[red]A batch" in table
    assert table.count("not found by the program") == 3
    assert "missing" not in table


def test_without_the_libraries_that_read_pictures_the_command_that_installs_them_is_named(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_figures, "NEEDED", ("a_library_that_nobody_has",))
    outcome, code = invoked(str(sound), "--json")
    document = json.loads(outcome.stdout)
    assert (code, document["figures"]) == (0, None)
    assert "pip install 'validator[run]'" in document["not_measured"]["figures"]
    table = " ".join(invoked(str(sound))[0].stdout.split())
    assert "not looked for" in table
    assert "pip install 'validator[run]'" in table
    assert "not found" not in table


def test_a_file_that_is_no_paper_is_not_opened_again_for_its_figures(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_figures, "of_paper", None)
    document = json.loads(invoked(str(broken), "--json")[0].stdout)
    assert (document["figures"], document["not_measured"]["figures"]) == (None, "the paper was not read")


@pytest.mark.parametrize(("took", "walls", "why"), [(0.0, [24.0], ""), (20.0, [10.0], ""), (28.0, [], "took all")])
def test_reading_and_figures_together_have_half_a_minute(
    sound: Path, monkeypatch: pytest.MonkeyPatch, took: float, walls: list[float], why: str
) -> None:
    clock = iter([100.0, 100.0 + took])
    asked: list[float] = []
    monkeypatch.setattr(paper_command, "monotonic", lambda: next(clock))
    monkeypatch.setattr(
        paper_figures, "of_paper", lambda _, limits: (asked.append(limits.wall_seconds), ("", Answer()))[1]
    )
    document = json.loads(invoked(str(sound), "--json")[0].stdout)
    assert asked == walls
    assert why in document["not_measured"].get("figures", "")
    assert (document["figures"] is None) == bool(why)


def test_what_is_not_measured_says_why_and_changes_no_exit_code(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_joined, "LIBRARY", "a_library_that_nobody_has")
    outcome, code = invoked(str(sound), "--json")
    assert code == 0
    assert "validator[pdf]" in json.loads(outcome.stdout)["not_measured"]["right_edge"]


def test_an_unreadable_file_has_nulls_and_exit_code_one(broken: Path) -> None:
    outcome, code = invoked(str(broken), "--json")
    document = json.loads(outcome.stdout)
    assert code == 1
    assert (document["pages_total"], document["pages_counted"], document["references_page"]) == (None, None, None)
    assert [flag["kind"] for flag in document["flags"]] == ["not-a-pdf"]
    assert "not a PDF" in outcome.stderr


def test_an_unreadable_file_is_unknown_in_the_table(broken: Path) -> None:
    outcome, code = invoked(str(broken))
    assert code == 1
    assert "unknown" in outcome.stdout


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    outcome, code = invoked(str(tmp_path / "none.pdf"))
    assert code == 2
    assert outcome.stdout == ""
