"""How a paper differs from a template, in words with both numbers. Evidence and a template's numbers in, words out.

Knows no marks and no course: the numbers are a rubric's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from validator.evidence import Flag, Paper, Reading
from validator.marking.flags import OF_THE_SHEET, of_kind

LIMITS = {"template": str}
OPTIONAL = {
    "page": tuple[Decimal, ...],
    "left": Decimal,
    "right": Decimal,
    "lowest": Decimal,
    "highest": Decimal,
    "size": Decimal,
    "leading": Decimal,
    "page_within": Decimal,
    "left_within": Decimal,
    "right_within": Decimal,
    "lowest_within": Decimal,
    "highest_within": Decimal,
    "size_within": Decimal,
    "leading_within": Decimal,
    "faces": tuple[str, ...],
    "notice": tuple[str, ...],
    "columns": Decimal,
    "line_numbers": Literal["none", "any"],
}
WITHIN = {"page": 1.0, "left": 2.0, "right": 3.0, "lowest": 3.0, "highest": 3.0, "size": 0.15, "leading": 0.35}
"""Points by which a length may differ where the rubric does not say."""
SHEETS = {(612, 792): "US letter", (595, 842): "A4"}
EPSILON = 1e-6


@dataclass(frozen=True, kw_only=True)
class _Length:
    key: str
    reading: str
    words: str
    less: bool = True
    """Whether less than the template's is a difference: of the lowest line it is a page that is not full."""
    more: bool = True
    """Whether more is: of the highest line it is a picture above it."""


LENGTHS = (
    _Length(key="left", reading="paper.left_edge", words="left edge"),
    _Length(key="right", reading="paper.right_edge", words="right edge"),
    _Length(key="lowest", reading="paper.lowest_line", words="lowest line", less=False),
    _Length(key="highest", reading="paper.highest_line", words="highest line", more=False),
    _Length(key="size", reading="paper.body_size", words="type of the body"),
    _Length(key="leading", reading="paper.leading", words="line spacing"),
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference, with the page where it is seen."""

    words: str
    where: str = "p1"
    measured: float | None = None
    limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Unmeasured:
    words: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One paper beside one template."""

    same: tuple[str, ...]
    differences: tuple[Difference, ...]
    unmeasured: tuple[str, ...]
    """What could not be compared, put together by its reason."""


def compared(paper: Paper, limits: Mapping[str, Any]) -> Compared:
    """Everything the template gives a number or a word for."""
    parts = (_sheet, _lengths, _columns, _faces, _notice)
    found = [one for part in parts for one in part(paper, limits)]
    kinds = (*OF_THE_SHEET, "line-numbers") if limits.get("line_numbers") == "none" else OF_THE_SHEET
    seen = _of_flags(of_kind(paper.flags, kinds))
    return Compared(
        same=tuple(one for one in found if isinstance(one, str)),
        differences=(*(one for one in found if isinstance(one, Difference)), *seen),
        unmeasured=tuple(_grouped(one for one in found if isinstance(one, _Unmeasured))),
    )


_Found = str | Difference | _Unmeasured
"""What is the same, in words; what differs; what could not be compared."""


def _of_flags(flags: Iterable[Flag]) -> Iterator[Difference]:
    """What is the same on several pages is said once."""
    pages: dict[str, list[str]] = {}
    for flag in flags:
        pages.setdefault(flag.detail, []).append(flag.where or "p1")
    for detail, where in pages.items():
        more = f" ({len(where)} pages)" if len(where) > 1 else ""
        yield Difference(words=detail + more, where=", ".join(where[:3]))


def _grouped(missing: Iterable[_Unmeasured]) -> Iterator[str]:
    by_why: dict[str, list[str]] = {}
    for one in missing:
        by_why.setdefault(one.why, []).append(one.words)
    for why, words in by_why.items():
        yield f"{', '.join(words)}: {why}"


def _sheet(paper: Paper, limits: Mapping[str, Any]) -> Iterator[_Found]:
    if "page" not in limits:
        return
    expected = [float(side) for side in limits["page"]]
    sides = [paper.readings.get(f"paper.page_{side}") for side in ("width", "height")]
    values = [side.value for side in sides if side is not None and side.value is not None]
    if len(values) != 2 or len(expected) != 2:
        yield _Unmeasured(words="size of the pages", why=_why(sides[0]))
        return
    within = _within(limits, "page")
    asked, given = _named(expected), _named(values)
    if any(abs(value - side) > within for value, side in zip(values, expected, strict=True)):
        yield Difference(words=f"pages are {given}, the template has {asked}")
    else:
        yield f"pages {given}"


def _lengths(paper: Paper, limits: Mapping[str, Any]) -> Iterator[_Found]:
    for length in LENGTHS:
        if length.key not in limits:
            continue
        reading = paper.readings.get(length.reading)
        if reading is None or reading.value is None:
            yield _Unmeasured(words=length.words, why=_why(reading))
            continue
        expected, over = float(limits[length.key]), reading.value - float(limits[length.key])
        within = _within(limits, length.key)
        if (length.more and over > within) or (length.less and -over > within):
            words = f"{length.words} {_points(reading.value)} pt, the template has {expected:g}"
            yield Difference(words=words, measured=reading.value, limit=expected)
        else:
            yield f"{length.words} {_points(reading.value)} pt"


def _columns(paper: Paper, limits: Mapping[str, Any]) -> Iterator[_Found]:
    if "columns" not in limits:
        return
    expected, reading = int(limits["columns"]), paper.readings.get("paper.columns")
    if reading is None or reading.value is None:
        yield _Unmeasured(words="columns", why=_why(reading))
    elif reading.value != expected:
        yield Difference(words=f"text in {_number(int(reading.value))}, the template has {_number(expected)}")
    else:
        yield f"text in {_number(expected)}"


def _number(columns: int) -> str:
    return "one column" if columns == 1 else f"{columns} columns"


def _faces(paper: Paper, limits: Mapping[str, Any]) -> Iterator[_Found]:
    accepted = limits.get("faces", ())
    if not accepted:
        return
    if not paper.faces:
        yield _Unmeasured(words="typeface of the body", why="none is named in the file")
    elif any(_plain(paper.faces[0]).startswith(_plain(name)) for name in accepted):
        yield f"typeface {paper.faces[0]}"
    else:
        yield Difference(words=f"typeface {paper.faces[0]}, the template has {' or '.join(accepted)}")


def _notice(paper: Paper, limits: Mapping[str, Any]) -> Iterator[_Found]:
    """What is not found is not called missing: it may stand where the program does not look."""
    asked = limits.get("notice", ())
    if not asked:
        return
    if any(_plain(words) in _plain(paper.notice) for words in asked):
        yield "the notice on page 1"
    else:
        said = f'; what stands there reads "{paper.notice}"' if paper.notice else ""
        why = f"not found by the program at the head or foot of page 1{said}"
        yield _Unmeasured(words="the notice " + " or ".join(f'"{words}"' for words in asked), why=why)


def _within(limits: Mapping[str, Any], key: str) -> float:
    return float(limits.get(f"{key}_within", WITHIN[key])) + EPSILON


def _points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value < 20 else f"{value:.1f}"


def _named(sides: list[float]) -> str:
    """Width and height, with the name of the sheet where it has one."""
    near = (name for size, name in SHEETS.items() if all(abs(a - b) <= 1 for a, b in zip(sides, size, strict=True)))
    size = " x ".join(f"{side:g}" for side in sides)
    return next((f"{name} ({size} points)" for name in near), f"{size} points")


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _why(reading: Reading | None) -> str:
    return reading.why if reading is not None else "it was not measured"
