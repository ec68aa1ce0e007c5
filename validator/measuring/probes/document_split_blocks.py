"""Mark splits laid out in blocks: one for each member, with `Name:`, `ID:`, `Share:`, `Signature:` below each other.

Pure: words in, rows out. Believed where it tells more shares than a table on the page does.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from validator.measuring.probes.document_split_lines import Line, lines_of
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.document_split_table import TOTALS, Row, Table, share_in, user_in
from validator.measuring.probes.document_split_words import Word

Kind = Literal["share", "signature", "date", "id", "name", "total"]

LABELS: tuple[tuple[Kind, str], ...] = (
    ("total", " ".join(TOTALS)),
    ("signature", "signature signatures signed sign"),
    ("share", "% percent percentage share split contribution proportion marks mark allocation"),
    ("date", "date dated"),
    ("id", "id ids userid username login email user number"),
    ("name", "name member student person"),
)
"""Words by which a label is known, the more telling first."""
BESIDE_WORDS = "of the a in per cent s full family given first last team group agreed proposed and or no by to"
BESIDE = frozenset(BESIDE_WORDS.split())
"""Words that stand in labels beside these."""
LABEL_WORDS = 6
WIDE = 1.2
"""Type sizes between two words from which the second begins a field of its own."""
LINE_RIGHT = 250.0
"""Points that a place for a signature is wide, where nothing ends it."""
ABOVE, BELOW = 30.0, 10.0
"""Points above and below the line of its label that a signature reaches, where no other line is nearer."""
LEAST_ROWS = 2


@dataclass(frozen=True, kw_only=True)
class _Field:
    """A label and the words behind it."""

    kind: Kind
    label: tuple[Word, ...]
    value: tuple[Word, ...]
    right: float
    """Where the next label on its line begins; far off where there is none."""
    above: float
    below: float
    """Baselines of the lines before and after its own."""

    @property
    def baseline(self) -> float:
        return self.label[0].baseline

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.value)


def blocks_of(words: Sequence[Word], *, pattern: re.Pattern[str]) -> Table:
    """The members' blocks from top to bottom, those on the left first; no rows where there are no blocks."""
    fields = [field for line in _with_neighbours(lines_of(words)) for field in _fields(*line)]
    rows: list[Row] = []
    for column in _columns(fields):
        rows += [row for block in _blocks(column) if (row := _row(block, pattern)) is not None]
    total = next((share for field in fields if field.kind == "total" and (share := share_in(field.text))), None)
    if len(rows) < LEAST_ROWS or all(row.share is None for row in rows):
        return Table()
    return Table(rows=tuple(rows), stated_total=total)


def _with_neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, float, float]]:
    for place, line in enumerate(lines):
        above = lines[place - 1].baseline if place else line.baseline + ABOVE
        below = lines[place + 1].baseline if place + 1 < len(lines) else line.baseline - 2 * BELOW
        yield line, above, below


def _fields(line: Line, above: float, below: float) -> Iterator[_Field]:
    """The fields of one line, from left to right."""
    starts: list[tuple[int, int, Kind]] = []
    place = 0
    while place < len(line.words):
        end = _label_end(line, place, apart=_is_apart(line, place))
        kind = _kind(line.words[place:end])
        if kind is not None:
            starts.append((place, end, kind))
            place = end
        else:
            place += 1
    for number, (start, end, kind) in enumerate(starts):
        following = starts[number + 1][0] if number + 1 < len(starts) else len(line.words)
        yield _Field(
            kind=kind,
            label=line.words[start:end],
            value=line.words[end:following],
            right=line.words[following].left if following < len(line.words) else float("inf"),
            above=above,
            below=below,
        )


def _label_end(line: Line, start: int, *, apart: bool) -> int:
    """Where a label that begins here ends: at its colon or, where it stands apart, at a wide gap or the line's end."""
    for place in range(start, min(start + LABEL_WORDS, len(line.words))):
        last = place + 1 == len(line.words) or _is_apart(line, place + 1)
        if line.words[place].text.endswith(":") or (apart and last):
            return place + 1
        if last:
            break
    return start


def _is_apart(line: Line, place: int) -> bool:
    """Whether a word begins the line, or stands far from the one before it."""
    return place == 0 or line.words[place].left - line.words[place - 1].right >= WIDE * line.size


def _kind(label: Sequence[Word]) -> Kind | None:
    """What kind of field a label is of; None where it is none."""
    if any(map(str.isdigit, "".join(word.text for word in label))):
        return None
    parts = [part for word in label for part in re.findall(r"[a-z]+|%", word.text.casefold())]
    kinds = [next((kind for kind, heads in LABELS if part in heads.split()), None) for part in parts]
    if any(kind is None and part not in BESIDE for kind, part in zip(kinds, parts, strict=True)):
        return None
    return next((kind for kind, _ in LABELS if kind in kinds), None)


def _columns(fields: Sequence[_Field]) -> list[list[_Field]]:
    """The fields, parted where one line bears two of a kind: blocks that stand side by side."""
    for before, after in itertools.pairwise(fields):
        if before.kind == after.kind and abs(before.baseline - after.baseline) < 1.0:
            edge = after.label[0].left - WIDE * after.label[0].size
            left = [field for field in fields if field.label[0].left < edge]
            right = [field for field in fields if field.label[0].left >= edge]
            return [left, right]
    return [list(fields)]


def _blocks(fields: Sequence[_Field]) -> Iterator[list[_Field]]:
    """Fields of one member each: a block begins with the kind that the first one begins with."""
    first = next((field.kind for field in fields if field.kind in ("name", "id")), None)
    block: list[_Field] = []
    for field in fields:
        if field.kind == first and block:
            yield block
            block = []
        if field.kind == first or block:
            block.append(field)
    if block:
        yield block


def _row(block: Sequence[_Field], pattern: re.Pattern[str]) -> Row | None:
    user = next((name for field in block for word in field.value if (name := user_in(word.text, pattern))), "")
    shares = [share for field in block if field.kind == "share" and (share := share_in(field.text)) is not None]
    named = any(field.kind == "name" and field.value for field in block)
    if not user and not (shares and named):
        return None
    signed = next((field for field in block if field.kind == "signature"), None)
    typed = signed is not None and bool(signed.text.strip("._-\u2026: "))
    return Row(user=user, share=shares[0] if shares else None, cell=_cell(signed) if signed else None, typed=typed)


def _cell(field: _Field) -> Box:
    left = field.label[-1].right
    size = field.label[0].size
    return Box(
        left=left,
        bottom=field.baseline - min(BELOW, max((field.baseline - field.below) / 2, 1.0)),
        right=min(field.right, left + LINE_RIGHT),
        top=field.baseline + min(ABOVE, max((field.above - field.baseline) / 2 + size / 2, size)),
    )
