"""The paper probe on made PDFs: sound, odd, hostile and damaged."""

from __future__ import annotations

import io
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NullObject, PdfObject

from fixtures.paper_hostile import HOSTILE, slow_pages
from fixtures.paper_variants import VARIANTS, Variant
from fixtures.papers import Shape, draw
from validator import plain
from validator.evidence import Paper
from validator.measuring.probes import paper as probe
from validator.measuring.probes.paper import paper
from validator.measuring.probes.paper_reader import read
from validator.plan import MIB, PaperLimits

MOST_PAGES = 40


def counts(read_paper: Paper) -> tuple[float | None, float | None]:
    readings = read_paper.readings
    return readings["paper.pages_total"].value, readings["paper.pages_counted"].value


def kinds(read_paper: Paper) -> set[str]:
    return {flag.kind for flag in read_paper.flags}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "abcd12-paper.pdf"
    draw(path, shape=Shape())
    return path


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Variant, Paper]:
    """One variant and what was read of it."""
    made = VARIANTS[request.param]
    path = tmp_path_factory.mktemp("variant") / "a.pdf"
    made.write(path)
    return made, read(path, path="a.pdf", most_pages=MOST_PAGES)


def test_every_variant_is_counted_right(variant: tuple[Variant, Paper]) -> None:
    made, found = variant
    truth = made.truth
    assert (*counts(found), found.references_page) == (truth.pages_total, truth.pages_counted, truth.references_page)


def test_every_variant_raises_its_flags_and_no_others(variant: tuple[Variant, Paper]) -> None:
    made, found = variant
    assert kinds(found) == set(made.flags)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_named_and_never_counted_wrong(name: str, tmp_path: Path) -> None:
    hostile = HOSTILE[name]
    hostile.write(tmp_path / "a.pdf")
    found = read(tmp_path / "a.pdf", path="a.pdf", most_pages=MOST_PAGES)
    assert counts(found) == (hostile.pages_total, hostile.pages_counted)
    assert hostile.flag in kinds(found)
    assert all(flag.detail for flag in found.flags)


@pytest.mark.parametrize("name", ["bomb", "many-operators", "form-tree", "random-bytes", "user-password"])
def test_the_child_says_what_the_reader_says(name: str, tmp_path: Path) -> None:
    HOSTILE[name].write(tmp_path / "a.pdf")
    alone = read(tmp_path / "a.pdf", path="a.pdf", most_pages=MOST_PAGES)
    found = paper(root=tmp_path, path="a.pdf", limits=PaperLimits())
    assert counts(found) == counts(alone)
    assert found.flags[: len(alone.flags)] == alone.flags


def test_a_sound_paper_has_no_flags(sound: Path) -> None:
    found = paper(root=sound.parent, path=sound.name, limits=PaperLimits())
    assert (counts(found), found.flags) == ((5, 4), ())


def test_a_reading_is_observed_in_pages(sound: Path) -> None:
    reading = paper(root=sound.parent, path=sound.name, limits=PaperLimits()).readings["paper.pages_counted"]
    assert (reading.unit, reading.source) == ("pages", "observed")


def test_reading_leaves_the_folder_as_it_was(sound: Path) -> None:
    before = {entry.name: entry.stat().st_mtime_ns for entry in sound.parent.iterdir()}
    paper(root=sound.parent, path=sound.name, limits=PaperLimits())
    assert {entry.name: entry.stat().st_mtime_ns for entry in sound.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("limits", "kind", "words"),
    [
        (PaperLimits(wall_seconds=0.01), "reader-limit", "0.01 seconds"),
        (PaperLimits(memory_bytes=12 * MIB), "reader-limit", "memory"),
        (PaperLimits(file_bytes=100), "too-large", "at most"),
        (PaperLimits(pages=4), "too-many-pages", "at most 4"),
    ],
)
def test_each_limit_ends_the_reading_with_its_reason(limits: PaperLimits, kind: str, words: str, sound: Path) -> None:
    found = paper(root=sound.parent, path=sound.name, limits=limits)
    assert kinds(found) == {kind}
    assert words in found.readings["paper.pages_counted"].why


def test_too_much_processor_time_ends_the_reading(tmp_path: Path) -> None:
    slow_pages(tmp_path / "a.pdf")
    found = paper(root=tmp_path, path="a.pdf", limits=PaperLimits(cpu_seconds=1))
    assert kinds(found) == {"reader-limit"}
    assert "1 seconds of processor time" in found.flags[0].detail


def test_too_many_pages_still_tell_their_number(sound: Path) -> None:
    found = paper(root=sound.parent, path=sound.name, limits=PaperLimits(pages=4))
    assert counts(found) == (5, None)


def test_a_missing_file_is_a_reason_and_no_error(tmp_path: Path) -> None:
    assert counts(paper(root=tmp_path, path="none.pdf", limits=PaperLimits())) == (None, None)


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    found = paper(root=tmp_path, path="a.pdf", limits=PaperLimits())
    assert "not a regular file" in found.flags[0].detail


@pytest.mark.parametrize("name", ["-rf.pdf", "ünï $(x)\n;.pdf"])
def test_a_file_name_is_only_a_name(name: str, sound: Path, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(sound.read_bytes())
    found = paper(root=tmp_path, path=name, limits=PaperLimits())
    assert (found.path, counts(found)) == (name, (5, 4))


def test_the_paper_survives_json(sound: Path) -> None:
    found = paper(root=sound.parent, path=sound.name, limits=PaperLimits())
    assert plain.from_plain(Paper, json.loads(json.dumps(plain.to_plain(found)))) == found


def test_an_answer_of_another_shape_is_not_believed(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = probe.child(file=sound, arguments=(sound.name, "40"), limits=PaperLimits())
    monkeypatch.setattr(probe, "child", lambda **_: replace(answer, document={"path": 3}))
    assert counts(paper(root=sound.parent, path=sound.name, limits=PaperLimits())) == (None, None)


@pytest.mark.parametrize("contents", [None, NullObject(), DictionaryObject(), ArrayObject()])
def test_a_page_whose_content_is_lost_is_not_called_blank(
    contents: PdfObject | None, sound: Path, tmp_path: Path
) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(sound.read_bytes()))
    del writer.pages[1]["/Contents"]
    if contents is not None:
        writer.pages[1][NameObject("/Contents")] = contents
    writer.write(tmp_path / "a.pdf")
    found = read(tmp_path / "a.pdf", path="a.pdf", most_pages=MOST_PAGES)
    lost = isinstance(contents, DictionaryObject)
    assert (counts(found)[1] is None) == lost
    assert ("unreadable" in kinds(found)) == lost


@pytest.mark.parametrize(
    ("content", "blank"),
    [(b"0 g 0 G\n1 0 0 1 72 -7.5 cm /GS0 gs\n", True), (b"0 g BT /F1 12 Tf", False), (b"0 g\n" * 300, False)],
)
def test_a_page_of_nothing_but_settings_is_blank(content: bytes, blank: bool, sound: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(sound.read_bytes()))
    stream = DecodedStreamObject()
    stream.set_data(content)
    writer.add_blank_page(612, 792)[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(tmp_path / "a.pdf")
    found = read(tmp_path / "a.pdf", path="a.pdf", most_pages=MOST_PAGES)
    assert counts(found) == (6, 4 if blank else None)
    assert ("blank-page" in kinds(found), "unreadable" in kinds(found)) == (blank, not blank)


def damaged(content: bytes, chooser: random.Random) -> bytes:
    """One way of many in which an upload goes wrong."""
    place, length = chooser.randrange(len(content)), chooser.choice([1, 16, 256])
    ways = (
        content[:place],
        content[:place] + chooser.randbytes(length) + content[place:],
        content[:place] + chooser.randbytes(length) + content[place + length :],
        content[:place] + content[place + length :],
        content.replace(b"startxref", b"startyref"),
    )
    return chooser.choice(ways)


@pytest.mark.parametrize("name", ["references-share-the-last-page", "references-on-their-own-page", "one-page"])
def test_a_damaged_paper_is_counted_right_or_not_at_all(name: str, tmp_path: Path) -> None:
    variant = VARIANTS[name]
    variant.write(tmp_path / "sound.pdf")
    content = (tmp_path / "sound.pdf").read_bytes()
    outcomes = set()
    for seed in range(20):
        (tmp_path / "a.pdf").write_bytes(damaged(content, random.Random(seed)))
        total, counted = counts(read(tmp_path / "a.pdf", path="a.pdf", most_pages=MOST_PAGES))
        assert total in (None, variant.truth.pages_total), f"seed {seed}"
        assert counted in (None, variant.truth.pages_counted), f"seed {seed}"
        outcomes.add(counted)
    assert None in outcomes
