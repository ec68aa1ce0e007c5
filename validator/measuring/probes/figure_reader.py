"""The child process that looks for the figures of one paper and compares them. Started by `paper_figures` in limits.

Everything that decodes a picture of a submission happens here: of its PDF, of its notebooks, of its run.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from validator import plain
from validator.evidence import Flag
from validator.measuring import sandbox
from validator.measuring.probes import figure_candidates, figure_pages, figure_remarks
from validator.measuring.probes.figure_asked import Answer, Asked
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_candidates import Candidate
from validator.measuring.probes.figure_comparing import Compared, compared
from validator.measuring.probes.figure_pages import Shown
from validator.measuring.probes.paper_unlocked import unlocked

PAPER_SECONDS, OUTPUT_SECONDS = 10.0, 20.0
"""Processor time for the figures of the paper, and for comparing them."""
PARSED_OBJECTS = 300_000


def answer(asked: Asked) -> Answer:
    """Read, look and compare. Raises what pypdf raises on a file that it cannot open."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    bound: Any = getattr(pypdf, "apply_configuration", None)
    with bound(stream_parsing_work_maximum_count=PARSED_OBJECTS) if bound else nullcontext():
        reader = _opened(asked.paper)
        found = figure_pages.figures(list(reader.pages), Budget(cpu_seconds=PAPER_SECONDS))
    flags = list(found.flags)
    candidates = list(_candidates(asked, flags))
    budget = Budget(cpu_seconds=OUTPUT_SECONDS)
    grids = {number: one.grid for number, one in enumerate(found.shown) if one.grid is not None}
    pairs = {number: compared(grid, candidates, budget) for number, grid in grids.items()} if candidates else {}
    if budget.spent:
        flags.append(Flag(kind="figures-unread", detail="the notebooks hold more pictures than could be compared"))
    shown = tuple(figure_remarks.told(one.figure, pairs.get(number)) for number, one in enumerate(found.shown))
    for number, pair in pairs.items():
        flags += figure_remarks.remarks(found.shown[number], pair)
    made = Answer(
        figures=shown,
        flags=tuple(flags),
        stored=sum(each.origin == "stored" for each in candidates),
        shown=sum(each.origin == "run" for each in candidates),
    )
    batch = figure_remarks.batch(found.shown, pairs)
    return made if batch is None else _with_batch(made, found.shown[batch], pairs.get(batch))


def _with_batch(made: Answer, one: Shown, pair: Compared | None) -> Answer:
    """The shares of the batch, and the sheet for the marker."""
    stored, run = (pair.of(origin) if pair else None for origin in ("stored", "run"))
    sheet, caption = figure_remarks.sheet(one, pair)
    return dataclasses.replace(
        made,
        in_stored=stored.share if stored else None,
        in_run=run.share if run else None,
        sheet=base64.b64encode(sheet).decode("ascii"),
        caption=caption,
    )


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


def answers(asked: Asked) -> Iterator[object]:
    """The Answer as plain JSON values, once."""
    yield plain.to_plain(answer(asked))


def _opened(paper: str) -> Any:
    """The document; one that is locked by a cipher which pypdf lacks is unlocked as it was for its text."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(paper)
        if reader.is_encrypted and reader.decrypt(""):
            for page in list(reader.pages[:1]):  # with one cipher the lack is told only where it is met
                page.get_contents()
    except DependencyError:
        reader = PdfReader(io.BytesIO(unlocked(Path(paper))))
    return reader


def main() -> None:
    """`python -m ...figure_reader ASKED`: open nothing but the files asked for; print the Answer as JSON in ASCII."""
    asked = plain.from_plain(Asked, json.loads(sys.argv[1]))
    sandbox.confine(readable=asked.places, writable=())
    for document in answers(asked):
        sys.stdout.write(json.dumps(document, allow_nan=False))


if __name__ == "__main__":
    main()
