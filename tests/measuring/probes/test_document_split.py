"""Mark splits of every make: shares, user ids and ink are read by row and column, and nothing else leaves the child."""

import importlib.util
import io
import json
import random
import re
import zlib
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from fixtures.mark_splits import NAMES, Member, blocks, mark_split
from validator import plain
from validator.evidence import Document, Submission
from validator.measuring.probes import document_split, document_split_reader
from validator.measuring.probes.paper_child import Answer, Reader
from validator.measuring.probes.task import Task
from validator.plan import PaperLimits, Plan, Role

SPLIT = Role(name="mark-split", kind="split", stem="mark_split", suffixes=(".pdf",), naming="plain")
PATTERN = r"[a-z]{2,4}[0-9][a-z][0-9]{2}"
THIRDS = [
    Member(user="ab1c20", share="33.3 %"),
    Member(user="xyz2d21", share="33.3%"),
    Member(user="qr9e19", share="33,3"),
]
TRUTH = [("ab1c20", 33.3), ("xyz2d21", 33.3), ("qr9e19", 33.3)]


def read(folder: Path, content: bytes, **limits: object) -> Document:
    """The form as the probe reads it."""
    (folder / "mark_split.pdf").write_bytes(content)
    plan = Plan(roles=(SPLIT,), user_ids=PATTERN, paper=PaperLimits(**limits))  # type: ignore[arg-type]
    task = Task(submission=Submission(id="x", sha256="0", source="x.zip"), given="", home=str(folder), plan=plan)
    return document_split.read(root=folder, path="mark_split.pdf", role=SPLIT, task=task)


@pytest.fixture
def inside(monkeypatch):
    """Reading in this process: a new one for each form would take seconds, and a few tests below do start it."""

    def answer(*, file: Path, arguments: tuple[str, ...], limits: PaperLimits, reader: Reader) -> Answer:
        (said,) = importlib.import_module(reader.module).answers(file, *arguments)
        return Answer(document=json.loads(json.dumps(said, allow_nan=False)))

    monkeypatch.setattr(document_split, "child", answer)


@pytest.fixture
def told(tmp_path):
    """What the child tells of these bytes, without starting one."""

    def tell(content: bytes) -> dict:
        file = tmp_path / "form.pdf"
        file.write_bytes(content)
        return document_split_reader.read(file, pattern=re.compile(PATTERN))

    return tell


def rows(answer: dict) -> list[tuple[str, float | None]]:
    return [(row["user"], row["share"]) for row in answer["rows"]]


def inks(answer: dict) -> list[str]:
    return [row["ink"] for row in answer["rows"]]


@pytest.mark.parametrize("make", ["ruled", "free", "fields", "boxes", "turned"])
@pytest.mark.parametrize("total", ["", "100 %"])
def test_a_form_of_each_make_is_read_by_its_columns_and_rows(told, make, total):
    answer = told(mark_split(THIRDS, make=make, total=total))
    assert rows(answer) == TRUTH
    assert inks(answer) == ["strokes"] * 3
    assert answer["stated_total"] == (100.0 if total else None)
    assert (answer["titled"], answer["scanned"], answer["pages"]) == (True, False, 1)


@pytest.mark.parametrize(
    ("signed", "ink"),
    [
        ("strokes", "strokes"),
        ("dots", "strokes"),
        ("picture", "picture"),
        ("typed", "typed words"),
        ("none", "none"),
        ("line", "none"),
        ("white", "none"),
    ],
)
@pytest.mark.parametrize("make", ["ruled", "free", "boxes"])
def test_what_stands_where_a_row_is_signed_is_told(told, signed, ink, make):
    members = [Member(user=user, share="33.3", signed=signed) for user, _ in TRUTH]
    assert inks(told(mark_split(members, make=make))) == [ink] * 3


def test_ink_of_one_row_does_not_sign_another(told):
    members = [Member(user="ab1c20", share="50"), Member(user="xyz2d21", share="50", signed="none")]
    assert inks(told(mark_split(members))) == ["strokes", "none"]


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("25", 25.0),
        ("25 %", 25.0),
        ("25%", 25.0),
        ("33.33", 33.33),
        ("33,5 %", 33.5),
        ("25/100", 25.0),
        ("0", 0.0),
    ],
)
def test_a_share_is_read_in_the_ways_people_write_it(told, written, share):
    assert rows(told(mark_split([Member(user="ab1c20", share=written)]))) == [("ab1c20", share)]


@pytest.mark.parametrize("written", ["", "a third", "250", "12 May 2022"])
def test_what_is_no_share_is_none_and_never_zero(told, written):
    assert rows(told(mark_split([Member(user="ab1c20", share=written)]))) == [("ab1c20", None)]


def test_a_row_with_a_name_only_has_no_user(told):
    assert rows(told(mark_split([Member(user="", share="50"), Member(user="", share="50")]))) == [("", 50.0)] * 2


def test_a_title_with_the_word_marks_is_not_taken_for_the_head_of_the_table(told):
    answer = told(mark_split(THIRDS, title="Marks split     Module: Invented 2030     Team: 7"))
    assert rows(answer) == TRUTH


def test_fields_and_remarks_laid_over_the_page_are_read_and_ink_signs(told):
    empty = mark_split([Member(user="", share="", signed="none") for _ in range(2)])
    writer = PdfWriter(clone_from=io.BytesIO(empty))
    for number, user in enumerate(("ab1c20", "xyz2d21"), 1):
        bottom = 640 - 25 - 42 * number - 4
        writer.add_annotation(0, FreeText(text=user, rect=(185, bottom, 255, bottom + 14)))
        writer.add_annotation(0, FreeText(text="50 %", rect=(265, bottom, 330, bottom + 14)))
    pen = DictionaryObject({NameObject("/Subtype"): NameObject("/Ink"), NameObject("/Type"): NameObject("/Annot")})
    pen[NameObject("/Rect")] = ArrayObject([FloatObject(n) for n in (350, 570, 430, 592)])
    writer.add_annotation(0, pen)
    target = io.BytesIO()
    writer.write(target)
    answer = told(target.getvalue())
    assert rows(answer) == [("ab1c20", 50.0), ("xyz2d21", 50.0)]
    assert inks(answer) == ["strokes", "none"]


BLOCKS = {
    "below each other": {},
    "side by side": {"beside": True},
    "labels without colons": {"colon": ""},
    "without what each did": {"work": False},
}


@pytest.mark.parametrize("layout", BLOCKS)
@pytest.mark.parametrize(
    ("signed", "ink"), [("strokes", "strokes"), ("picture", "picture"), ("typed", "typed words"), ("none", "none")]
)
def test_a_form_with_a_block_for_each_member_is_read(told, layout, signed, ink):
    members = [Member(user=member.user, share=member.share, signed=signed) for member in THIRDS]
    answer = told(blocks(members, **BLOCKS[layout]))
    assert sorted(rows(answer)) == sorted(TRUTH)
    assert (inks(answer), answer["titled"]) == ([ink] * 3, True)
    assert not any(word in json.dumps(answer) for word in " ".join(NAMES).split())


def test_a_block_of_which_a_part_is_empty_says_so(told):
    answer = told(blocks([*THIRDS[:2], Member(user="qr9e19", share="", signed="none")]))
    assert rows(answer) == [*TRUTH[:2], ("qr9e19", None)]
    assert inks(answer) == ["strokes", "strokes", "none"]


FORMS = Path(__file__).parents[3] / "fixtures" / "forms"


@pytest.mark.parametrize(
    ("form", "truth", "ink"),
    [
        ("ruled", [33.3, 33.3, 33.4], ["strokes", "strokes", "none"]),
        ("open", [40.0, 35.5, 24.5], ["strokes", "typed words", "none"]),
        ("office-landscape", [33.3] * 3, ["typed words", "typed words", "none"]),
        ("office-blocks", [33.3] * 3, ["typed words", "typed words", "none"]),
    ],
)
def test_a_form_set_by_latex_or_written_in_an_office_is_read(told, form, truth, ink):
    answer = told((FORMS / f"{form}.pdf").read_bytes())
    assert rows(answer) == list(zip([user for user, _ in TRUTH], truth, strict=True))
    assert inks(answer) == ink
    assert answer["titled"]


def test_a_photograph_is_told_as_one(told):
    answer = told(mark_split(THIRDS, make="photograph"))
    assert (answer["scanned"], answer["rows"]) == (True, [])


def test_a_page_that_is_no_form_has_no_rows(told):
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for line in range(30):
        canvas.drawString(
            72, 760 - 14 * line, f"In {line} of 100 cases the share of classes was above 12 % of all, and 7 signed."
        )
    canvas.save()
    answer = told(target.getvalue())
    assert answer["rows"] == []
    assert not answer["wordless"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "not-a-pdf"),
        (b"my shares: 33 each", "not-a-pdf"),
        (b"%PDF-1.7\nnothing more", "damaged"),
        (mark_split(THIRDS)[:700], "damaged"),
        (mark_split(THIRDS, password="x"), "encrypted"),  # noqa: S106
    ],
)
def test_what_opens_as_no_form_says_why_in_one_flag(tmp_path, inside, content, kind):
    document = read(tmp_path, content)
    assert [flag.kind for flag in document.flags] == [kind]
    assert all(reading.value is None and reading.why for reading in document.readings.values())
    assert document.entries == ()


def spoiled(content: bytes, stream: bytes) -> bytes:
    """The form with another content stream."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    page = writer.pages[0]
    contents = page["/Contents"].get_object()
    contents._data = zlib.compress(stream)
    contents[NameObject("/Filter")] = NameObject("/FlateDecode")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "stream",
    [
        b"q " * 200_000,
        b"0 0 m 1 1 l S " * 200_000,
        b"BT /F1 10 Tf (x) Tj ET " * 60_000,
        b"BT /Nowhere 10 Tf (ab1c20) Tj ET",
        b"1 0 0 cm (x) Tj 4 l 5 re Tm Tf Do h c S f",
        b"BT /F1 1e999 Tf (x) Tj ET",
        b"\x00\xff" * 5000,
    ],
)
def test_a_hostile_stream_is_a_flag_and_no_traceback(tmp_path, inside, stream):
    document = read(tmp_path, spoiled(mark_split(THIRDS), stream))
    assert document.flags
    assert document.readings["mark-split.total"].value is None


def test_a_form_that_draws_itself_ends(tmp_path, inside):
    writer = PdfWriter(clone_from=io.BytesIO(mark_split(THIRDS)))
    page = writer.pages[0]
    form = DecodedStreamObject()
    form.set_data(b"/X Do /X Do")
    form.update(
        {
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject([FloatObject(n) for n in (0, 0, 9, 9)]),
        }
    )
    reference = writer._add_object(form)
    form[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/X"): reference})}
    )
    page["/Resources"].get_object()[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): reference})
    contents = page["/Contents"].get_object()
    contents._data = zlib.compress(b"/X Do " + contents.get_data())
    contents[NameObject("/Filter")] = NameObject("/FlateDecode")
    target = io.BytesIO()
    writer.write(target)
    document = read(tmp_path, target.getvalue())
    assert [entry.words for entry in document.entries if entry.key == "share"] == [user for user, _ in TRUTH]


def test_a_document_holds_shares_user_ids_and_kinds_and_no_name(tmp_path):
    document = read(tmp_path, mark_split(THIRDS, total="100 %"), wall_seconds=300.0)
    assert [(entry.words, entry.value, entry.where) for entry in document.entries if entry.key == "share"] == [
        ("ab1c20", 33.3, "p1 row 1"),
        ("xyz2d21", 33.3, "p1 row 2"),
        ("qr9e19", 33.3, "p1 row 3"),
    ]
    assert [entry.words for entry in document.entries if entry.key == "signature"] == ["strokes"] * 3
    values = {name: reading.value for name, reading in document.readings.items()}
    assert values == {
        "mark-split.rows": 3,
        "mark-split.total": 99.9,
        "mark-split.smallest": 33.3,
        "mark-split.largest": 33.3,
        "mark-split.above_zero": 3,
        "mark-split.unsigned": 0,
    }
    kept = json.dumps(plain.to_plain(document))
    for word in (*" ".join(NAMES).split(), "coursework", "May"):
        assert word not in kept


def test_names_do_not_leave_the_child_either(told):
    answer = json.dumps(told(mark_split(THIRDS)))
    assert not any(word in answer for word in " ".join(NAMES).split())


def test_a_row_without_a_share_leaves_the_sum_unknown(tmp_path, inside):
    document = read(tmp_path, mark_split([*THIRDS[:2], Member(user="qr9e19", share="")]))
    assert document.readings["mark-split.total"].value is None
    assert document.readings["mark-split.rows"].value == 3
    assert [flag.kind for flag in document.flags] == ["row-without-share"]


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        ({"make": "photograph"}, ["scanned-form"]),
        ({"pages": 2}, ["several-pages"]),
        ({"title": "A form"}, ["untitled-form"]),
        ({"total": "90 %"}, ["other-total"]),
    ],
)
def test_what_a_person_should_look_at_is_flagged(tmp_path, inside, made, kinds):
    assert [flag.kind for flag in read(tmp_path, mark_split(THIRDS, **made)).flags] == kinds


def test_a_form_that_takes_too_long_is_a_flag(tmp_path):
    (flag,) = read(tmp_path, mark_split(THIRDS), wall_seconds=0.05).flags  # no process has read it by then
    assert flag.kind == "unreadable"
    assert "longer" in flag.detail


@pytest.mark.parametrize("make", ["ruled", "free", "fields", "boxes"])
def test_a_damaged_form_is_right_or_flagged_and_never_silently_wrong(told, make):
    whole, chance = mark_split(THIRDS, make=make), random.Random(make)
    for number in range(40):
        damaged, place = bytearray(whole), chance.randrange(len(whole))
        if number % 4 == 0:
            del damaged[place:]
        elif number % 4 == 1:
            for _ in range(chance.choice([1, 8, 64])):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        elif number % 4 == 2:
            del damaged[place : place + chance.randrange(200)]
        else:
            damaged[place:place] = chance.randbytes(chance.randrange(300))
        answer = told(bytes(damaged))
        assert "unread" in answer or answer["repaired"] or rows(answer) in (TRUTH, []), number


def test_a_repaired_form_is_not_believed(tmp_path, monkeypatch):
    (tmp_path / "form.pdf").write_bytes(mark_split(THIRDS))
    (whole,) = document_split_reader.answers(tmp_path / "form.pdf", PATTERN)
    monkeypatch.setattr(document_split, "child", lambda **_: Answer(document=json.loads(json.dumps(whole))))
    assert read(tmp_path, b"%PDF-").readings["mark-split.total"].value == 99.9
    whole["repaired"] = True
    document = read(tmp_path, b"%PDF-")
    assert (document.entries, [flag.kind for flag in document.flags]) == ((), ["repaired-form"])
    assert document.readings["mark-split.total"].why == "the file is damaged, and parts of it may be missing"


def test_a_too_large_file_is_not_opened(tmp_path):
    document = read(tmp_path, b"%PDF-" + bytes(2000), file_bytes=1000)
    assert [flag.kind for flag in document.flags] == ["too-large"]


def test_a_reader_that_answers_nonsense_is_a_flag(tmp_path, monkeypatch):
    for answer in ([], {"rows": 1}, {"unread": 3}, "x", {"page": 1, "pages": "many"}):
        monkeypatch.setattr(document_split, "child", lambda said=answer, **_: Answer(document=said))
        assert [flag.kind for flag in read(tmp_path, b"%PDF-").flags] == ["unreadable"]


def test_dark_pixels_sign_where_nothing_else_was_seen(tmp_path, inside):
    pytest.importorskip("pypdfium2", reason="rendering needs the extra `pdf`")
    signed = ("blocks", "white", "line", "strokes")
    content = mark_split([Member(user=f"ab{n}c20", share="25", signed=how) for n, how in enumerate(signed)])
    document = read(tmp_path, content)
    found = [entry.words for entry in document.entries if entry.key == "signature"]
    assert found == ["dark pixels", "none", "none", "strokes"]


def test_without_the_extra_nothing_is_rendered(tmp_path, inside, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    document = read(tmp_path, mark_split([Member(user="ab1c20", share="100", signed="blocks")]))
    assert [entry.words for entry in document.entries if entry.key == "signature"] == ["none"]
