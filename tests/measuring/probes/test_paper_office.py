"""Papers that no LaTeX set, each against its truth: pages, flags, looks, and nothing hidden in any."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import fixtures.office
from validator.evidence import Paper
from validator.measuring.probes import figure_reader, paper_reader, paper_second, paper_unlocked
from validator.measuring.probes.figure_asked import Asked
from validator.measuring.probes.paper_second_answer import LOOKED

FOLDER = Path(fixtures.office.__file__).parent
TRUTHS: dict[str, Any] = tomllib.loads((FOLDER / "truths.toml").read_text(encoding="utf-8"))
MAY = "last-counted-page-nearly-empty"


@cache
def read(name: str) -> Paper:
    return paper_reader.read(FOLDER / "papers" / f"{name}.pdf", path=f"{name}.pdf", most_pages=40)


def value(name: str, reading: str) -> float | None:
    return read(name).readings[f"paper.{reading}"].value


def test_every_paper_has_its_truth_and_is_small() -> None:
    files = sorted((FOLDER / "papers").glob("*.pdf"))
    assert [file.stem for file in files] == sorted(TRUTHS)
    assert max(file.stat().st_size for file in files) < 60_000
    assert sum(file.stat().st_size for file in files) < 1_000_000


@pytest.mark.parametrize("name", TRUTHS)
def test_a_paper_is_read_as_it_was_made(name: str) -> None:
    truth = TRUTHS[name]
    total, counted, references = truth["pages"]
    found = read(name)
    assert value(name, "pages_total") == total
    assert (value(name, "pages_counted"), found.references_page) == (counted or None, references or None)
    kinds = {flag.kind for flag in found.flags} - {MAY, *truth.get("may", ())}
    assert kinds == set(truth.get("flags", ()))
    looks = truth.get("looks")
    if looks:
        assert [value(name, side) for side in ("page_width", "page_height")] == pytest.approx(looks["page"], abs=0.5)
        assert value(name, "left_edge") == pytest.approx(looks["left"], abs=1)
        assert value(name, "body_size") == pytest.approx(looks["size"], abs=0.06)
        assert found.faces[0].startswith(looks["face"])


@pytest.mark.parametrize("name", TRUTHS)
def test_nothing_in_them_is_called_hidden(name: str) -> None:
    parts: Any = paper_second.answers(FOLDER / "papers" / f"{name}.pdf", "0")
    looked = next(part for part in parts if part["kind"] == LOOKED)
    assert (looked["hidden"], looked["flags"]) == (0, [])


@pytest.mark.parametrize("name", ["printed-glyph-by-glyph", "word-two-columns", "skia-two-columns"])
def test_words_stay_words(name: str) -> None:
    stated = {(claim.kind, claim.value) for claim in read(name).claims}
    assert {("parameters", 98_442), ("steps", 10_000), ("parameters", 985_731), ("fid", 31.7)} <= stated


def test_a_locked_file_without_the_second_library_is_our_lack_and_names_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(_: Path) -> bytes:
        raise paper_unlocked.Locked("pip install 'validator[pdf]'", ours=True)

    monkeypatch.setattr(paper_reader, "unlocked", absent)
    (flag,) = read.__wrapped__("locked-aes-256").flags
    assert (flag.kind, flag.detail) == ("reader-failed", "pip install 'validator[pdf]'")


@pytest.mark.parametrize(("name", "kinds"), [("locked-aes-256", ["samples", "interpolations", "curves"])])
def test_the_figures_of_a_locked_file_are_looked_at_too(name: str, kinds: list[str]) -> None:
    pytest.importorskip("pypdfium2")
    found = figure_reader.answer(Asked(paper=str(FOLDER / "papers" / f"{name}.pdf")))
    assert [figure.kind for figure in found.figures] == kinds
