"""The child process that looks for the figures of one paper and compares them. Started by `paper_figures` in limits.

Everything that decodes a picture of a submission happens here: of its PDF, of its notebooks, of its run.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from validator import plain
from validator.evidence import Figure, Flag
from validator.measuring import sandbox
from validator.measuring.probes import figure_candidates, figure_pages, figure_sheet
from validator.measuring.probes.figure_asked import Answer, Asked
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_candidates import Candidate, framed
from validator.measuring.probes.figure_comparing import Best, Compared, compared
from validator.measuring.probes.figure_pages import Shown

PAPER_SECONDS, OUTPUT_SECONDS = 10.0, 20.0
"""Processor time for the figures of the paper, and for comparing them."""
PARSED_OBJECTS = 300_000
BATCH = 64
HALF = 0.5
WORDS = {"stored": "stored outputs", "run": "the run", "pasted": "a picture pasted into the text"}


def answer(asked: Asked) -> Answer:
    """Read, look and compare. Raises what pypdf raises on a file that it cannot open."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    bound: Any = getattr(pypdf, "apply_configuration", None)
    with bound(stream_parsing_work_maximum_count=PARSED_OBJECTS) if bound else nullcontext():
        reader = pypdf.PdfReader(asked.paper)
        if reader.is_encrypted:
            reader.decrypt("")
        found = figure_pages.figures(list(reader.pages), Budget(cpu_seconds=PAPER_SECONDS))
    flags = list(found.flags)
    candidates = list(_candidates(asked, flags))
    budget = Budget(cpu_seconds=OUTPUT_SECONDS)
    grids = {number: one.grid for number, one in enumerate(found.shown) if one.grid is not None}
    pairs = {number: compared(grid, candidates, budget) for number, grid in grids.items()} if candidates else {}
    if budget.spent:
        flags.append(Flag(kind="figures-unread", detail="the notebooks hold more pictures than could be compared"))
    shown = tuple(_told(one, pairs.get(number)) for number, one in enumerate(found.shown))
    made = Answer(
        figures=shown,
        flags=tuple(flags),
        stored=sum(each.origin == "stored" for each in candidates),
        shown=sum(each.origin == "run" for each in candidates),
    )
    batch = _batch(found.shown)
    return made if batch is None else _with_batch(made, found.shown[batch], pairs.get(batch))


def _candidates(asked: Asked, flags: list[Flag]) -> Iterator[Candidate]:
    for name, file in asked.notebooks.items():
        told: set[tuple[str, int]] = set()
        for candidate, stored in figure_candidates.of_notebook(Path(file), name=name, origin="stored"):
            yield candidate
            kind = "picture-in-text" if stored.pasted else "" if stored.explained else "picture-without-code"
            if kind and (kind, stored.cell) not in told:
                told.add((kind, stored.cell))
                flags.append(Flag(kind=kind, detail=_odd(kind), where=f"{name}, cell {stored.cell}"))
    for name, file in asked.executed.items():
        for candidate, stored in figure_candidates.of_notebook(Path(file), name=name, origin="run"):
            if not stored.pasted:
                yield candidate
    for name, folder in asked.handed.items():
        yield from figure_candidates.of_handed(Path(folder), name=name)


def _odd(kind: str) -> str:
    if kind == "picture-in-text":
        return "a picture is pasted into a text cell, where no code made it"
    return "a picture is stored as the output of a cell whose code cannot have shown one"


def _batch(shown: list[Shown]) -> int | None:
    """The batch of samples: the first of 64, else the largest."""
    batches = [number for number, one in enumerate(shown) if one.figure.kind == "samples" and one.grid is not None]
    return max(batches, key=lambda number: _rank(shown[number]), default=None)


def _rank(one: Shown) -> tuple[bool, int]:
    count = one.figure.count or 0
    return count == BATCH, count


def _told(one: Shown, pair: Compared | None) -> Figure:
    if pair is None:
        return one.figure
    whole = [best for origin in ("stored", "run") if (best := pair.of(origin)) is not None and best.match.found.all()]
    seen = "; ".join(_place(best) for best in whole)
    return dataclasses.replace(one.figure, compared=bool(pair.best), seen_in=seen)


def _place(best: Best) -> str:
    return f"{WORDS[best.candidate.origin]}, {best.candidate.place}"


def _with_batch(made: Answer, one: Shown, pair: Compared | None) -> Answer:
    """The shares of the batch, what is wrong with them, and the sheet for the marker."""
    assert one.grid is not None  # noqa: S101 - a batch is chosen among grids
    best = pair.of("stored", "run") if pair else None
    near = best or (pair.of("pasted") if pair else None)
    lost = ~near.match.found if near else one.grid.flats & False
    rows, columns = one.grid.rows, one.grid.columns
    share = f"{int((~lost).sum())} of {one.grid.count}"
    beside = f"{_place(near)}: {share}" if near else ""
    origin = f"{near.candidate.origin}, {near.candidate.place.partition(' of ')[0]}: {share}" if near else ""
    sheet = figure_sheet.drawn(
        framed(one.grid),
        near.shot.picture if near else None,
        words=(f"the paper, p{one.figure.page}", origin),
        rows=rows,
        columns=columns,
        lost=lost,
    )
    caption = f"The batch of the paper (p{one.figure.page})"
    caption += f" beside {beside} tiles are in it; the others are framed" if near else ": no picture to lay beside it"
    stored, run = (pair.of(origin) if pair else None for origin in ("stored", "run"))
    return dataclasses.replace(
        made,
        flags=(*made.flags, *_remarks(one, pair)),
        in_stored=stored.match.share if stored else None,
        in_run=run.match.share if run else None,
        sheet=base64.b64encode(sheet).decode("ascii"),
        caption=caption,
    )


def _remarks(one: Shown, pair: Compared | None) -> Iterator[Flag]:
    """What a person should look at: a batch that no output shows, or shows but for some tiles."""
    best = pair.of("stored", "run") if pair else None
    if one.grid is None or pair is None or best is None or best.match.found.all():
        return
    where, count = f"p{one.figure.page}", one.grid.count
    if best.match.share >= HALF:
        tiles = [divmod(int(number), one.grid.columns) for number in (~best.match.found).nonzero()[0]]
        named = ", ".join(f"row {row + 1} column {column + 1}" for row, column in tiles[:8])
        detail = f"{len(tiles)} of {count} tiles are not those of {_place(best)}: {named}"
        yield Flag(kind="batch-differs", detail=detail, where=where)
    elif pair.anywhere.mean() >= HALF:
        detail = f"{int(pair.anywhere.sum())} of {count} tiles are found one by one, in several pictures"
        yield Flag(kind="batch-picked", detail=detail, where=where)
    pasted = pair.of("pasted")
    if pasted is not None and pasted.match.share > best.match.share:
        yield Flag(kind="batch-pasted", detail=f"it is {_place(pasted)}, where no code made it", where=where)


def answers(asked: Asked) -> Iterator[object]:
    """The Answer as plain JSON values, once."""
    yield plain.to_plain(answer(asked))


def main() -> None:
    """`python -m ...figure_reader ASKED`: open nothing but the files asked for; print the Answer as JSON in ASCII."""
    asked = plain.from_plain(Asked, json.loads(sys.argv[1]))
    sandbox.confine(readable=asked.places, writable=())
    for document in answers(asked):
        sys.stdout.write(json.dumps(document, allow_nan=False))


if __name__ == "__main__":
    main()
