"""Losses in the lines that a training prints: each with the words it is called by, and the epoch that it stands in.

Reads any of the usual styles: `Epoch 3/10, train loss: 0.41`, progress bars, `{'loss': 0.4}`, tables with a head.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LINES, LINE_CHARACTERS = 40_000, 2_000
"""Of a longer output the last lines count, of a longer line its end: a progress bar overwrites itself."""
NUMBER = r"[-+]?(?:\d[\d,]{0,14}(?:\.\d{0,17})?|\.\d{1,17})(?:[eE][-+]?\d{1,3})?|[-+]?(?:nan|inf)\b"
LOSS = re.compile(
    r"(?P<before>(?:[A-Za-z][A-Za-z0-9]{0,15}[ _/.-]{1,3}){0,3})"
    r"(?P<glued>[A-Za-z]{1,12}?)?(?:loss|Loss|LOSS)(?:es)?(?P<tail>[A-Z][A-Za-z]{0,11}|[dgtv](?![A-Za-z]))?"
    r"(?P<after>(?:[_ /](?!(?:is|was|of|after|at|on)\b)[A-Za-z]{1,12}){0,2})"
    r"(?:\s{0,3}\((?P<inside>[A-Za-z ]{1,24})\)| on (?:the )?(?P<on>[a-z]{1,12})(?: set| data)?)?['\"]?"
    r"(?:\s{0,4}(?:[:=|~]{1,2}|-{1,2}>|-(?=\s)|is|was|of|after|at)){0,3}\s{0,8}"
    rf"(?P<number>{NUMBER})(?![\w]|\s?%|\.\d)"
)
WORDS = ("before", "glued", "tail", "after", "inside", "on")
WORD = re.compile("loss", re.IGNORECASE)
MOST_IN_A_LINE, WORDS_BEFORE = 12, 60
"""Of one line the last so many count, each with so many characters before it."""
PLACE = re.compile(
    r"(?<!/)\b(?:epochs?|ep)\b\s{0,3}[:=#\[(-]{0,2}\s{0,4}(?P<epoch>\d{1,7})(?:\s{0,2}(?:/|of)\s{0,2}\d{1,7})?", re.I
)
BRACKETS = re.compile(r"^\s{0,4}\[\s{0,6}(?P<epoch>\d{1,7})\s{0,2}[,/]\s{0,6}\d{1,9}\]")
"""`[2,  2000] loss: 1.2`: the epoch and the batch."""
OTHER_PLACES = re.compile(
    r"\b(?:steps?|iter(?:ation)?s?|batch(?:es)?|it)\b\s{0,3}[:=#\[(-]{0,2}\s{0,4}\d{1,9}(?:\s{0,2}(?:/|of)\s{0,2}\d{1,9})?",
    re.I,
)
ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]")
JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Between the words of `runningTrain`."""
NAMED = re.compile(r"[a-z0-9]+")
FILLING = frozenset(
    {"epoch", "average", "avg", "mean", "running", "current", "final", "step", "the", "batch", "per", "ms", "s"}
)
"""Words that say nothing of which loss it is."""
NO_LOSSES = frozenset({"function", "improved", "did", "scale", "weight", "decreased", "increased", "fn", "best"})
"""Words beside which a number is no loss of a training, or not the present one."""
ELSEWHERE = re.compile(r"(?P<part>test(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|dev)\b", re.IGNORECASE)
"""At the start of a line it says where the losses after it come from."""
PLACES = frozenset({"epoch", "step", "iteration", "index"})
"""Heads of a table's column that says where in the training a row stands."""
RULED = re.compile(r"[\s|:+=-]{3,}")
SPELT = {
    "evaluation": "eval",
    "training": "train",
    "tr": "train",
    "trn": "train",
    "v": "val",
    "va": "val",
    "vl": "val",
    "vld": "val",
    "te": "test",
    "tst": "test",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "testing": "test",
}


PARTS = frozenset({"train", "val", "test", "eval", "dev"})


@dataclass(frozen=True, kw_only=True)
class PrintedLoss:
    """One number: what it is called, the epoch it stands in, and its value; not finite where that was printed."""

    name: str
    """`loss`, `train loss`, `val loss`, `d loss`."""
    epoch: int | None
    value: float


def printed_losses(output: str) -> Iterator[PrintedLoss]:
    """Every loss in the order of the lines; of several with one name in a line the last."""
    epoch: int | None = None
    columns: Sequence[str] = ()
    for raw in output.splitlines()[-LINES:]:
        line = ESCAPES.sub("", raw[-LINE_CHARACTERS:])
        place = BRACKETS.match(line) or PLACE.search(line)
        epoch = int(place["epoch"]) if place else epoch
        bare = OTHER_PLACES.sub(" ", PLACE.sub(" ", line)) if "oss" in line.lower() else line
        found = _named(bare)
        head = _columns(line) if not found else ()
        if head:
            columns = head
            continue
        row = _row(line, columns) if columns and not found else {}
        columns = columns if row or RULED.fullmatch(line) else ()
        if "epoch" in row:
            epoch = int(row.pop("epoch"))
        for name, value in (found or row).items():
            yield PrintedLoss(name=name, epoch=epoch, value=value)


def _named(line: str) -> dict[str, float]:
    """Name to value of the losses that stand beside their names."""
    places = [match.start() for match in WORD.finditer(line)][-MOST_IN_A_LINE:]
    if not places:
        return {}
    line = line[max(0, places[0] - WORDS_BEFORE) :]
    found: dict[str, float] = {}
    for match in LOSS.finditer(line):
        name = loss_name(" ".join(match[group] or "" for group in WORDS))
        elsewhere = ELSEWHERE.match(line.lstrip(" -=*#>"))
        if elsewhere and not PARTS & set(name.split()):
            name = loss_name(f"{elsewhere['part']} {name.removesuffix('loss')}")
        if not NO_LOSSES & set(name.split()):
            found[name] = _value(match["number"])
    return found


def loss_name(words: str) -> str:
    """The words around `loss` as one name: `Training_` and `avg train` are both `train loss`."""
    spaced = JOINT.sub(" ", words).lower().replace("_", " ")
    parts = [SPELT.get(part, part) for part in NAMED.findall(spaced)]
    kept = [part for part in parts if part not in FILLING and not part.isdigit()]
    return " ".join([*kept[-2:], "loss"])


def _columns(line: str) -> tuple[str, ...]:
    """The names of a table's columns, where one of them is a loss and none is a number."""
    if "oss" not in line.lower():
        return ()
    cells = _cells(line)
    if len(cells) < 2 or any(re.fullmatch(NUMBER, cell) for cell in cells):
        return ()
    names = tuple(_column(cell.lower()) for cell in cells)
    return names if any(name.endswith("loss") for name in names) else ()


def _cells(line: str) -> list[str]:
    """Between upright strokes where there are any, else between spaces."""
    parts = line.strip(" |").split("|") if "|" in line else line.split()
    return [part.strip() for part in parts if part.strip()]


def _column(cell: str) -> str:
    return loss_name(cell.replace("loss", " ")) if "loss" in cell else "epoch" if cell in PLACES else ""


def _row(line: str, columns: Sequence[str]) -> dict[str, float]:
    """Losses, and the epoch, of one row of such a table; nothing where it is no row."""
    cells = _cells(line)
    if len(cells) != len(columns) or not re.fullmatch(NUMBER, cells[columns.index(_first_loss(columns))]):
        return {}
    named = {name: cell for name, cell in zip(columns, cells, strict=True) if name and re.fullmatch(NUMBER, cell)}
    values = {name: _value(cell) for name, cell in named.items()}
    return {name: value for name, value in values.items() if name != "epoch" or math.isfinite(value)}


def _first_loss(columns: Sequence[str]) -> str:
    return next(name for name in columns if name.endswith("loss"))


def _value(number: str) -> float:
    return float(number.replace(",", ""))
