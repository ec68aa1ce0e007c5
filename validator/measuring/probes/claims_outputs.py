"""The claims of a notebook: numbers in its stored outputs and its text cells. Executes nothing; knows no paper.

Lines of a training log are alike but for their digits: of many such lines the last one is kept, and said to be one.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from validator.evidence import Claim
from validator.measuring.probes import notebook
from validator.measuring.probes.claims import MOST_CLAIMS, claims
from validator.measuring.probes.claims_text import Block, Sentence, healed, sentences

LOG_LINE = "log-line"
ALIKE_LINES = 3
LINE_CHARACTERS = 1_000
OUTPUT_LINES = 4_000
NOTEBOOK_CHARACTERS = 8_000_000
"""Output and text cells beyond so much are not looked at."""
TELLING = re.compile(r"param|step|iter|update|acc|loss|fid|fr.chet|penalt|bonus|deduct", re.IGNORECASE)
"""A line without any of these holds no claim; most lines of a log do not."""
LOGGED = re.compile(r"\b(?:step|iter|iteration|update|epoch|batch)\s?[:=#\[(]?\s?\d", re.IGNORECASE)
"""A place in the training, which the line is about."""
DIGITS = re.compile(r"\d[\d,.]{0,30}")
ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,12}[A-Za-z]")
MARKUP = re.compile(r"[#*_`]{1,6}")


def claims_of(document: notebook.Document, *, role: str) -> tuple[Claim, ...]:
    """Claims of outputs and text cells, in the order of cells; all are about `role` where the file has one."""
    found: dict[Claim, None] = {}
    left = NOTEBOOK_CHARACTERS
    for cell in document.cells:
        lines = _text_cell(cell) if not cell.code else _output(cell, role=role, script=document.script)
        left -= len(cell.output) + (0 if cell.code else len(cell.text))
        if left < 0:
            break
        for claim in claims(lines):
            found[dataclasses.replace(claim, about=role or claim.about)] = None
        if len(found) >= MOST_CLAIMS:
            break
    return tuple(found)[:MOST_CLAIMS]


def claims_of_file(file: Path, *, role: str) -> tuple[Claim, ...]:
    """Claims of the outputs of an executed notebook; none where there is no such file."""
    if not file.is_file():
        return ()
    document = notebook.read(file)
    outputs = tuple(cell for cell in document.cells if cell.code)
    return claims_of(dataclasses.replace(document, cells=outputs), role=role)


def _text_cell(cell: notebook.TextCell) -> Iterator[Sentence]:
    lines = [MARKUP.sub("", line) for line in cell.text.splitlines()]
    return sentences([Block(lines=lines, where=f"cell {cell.index}")])


def _output(cell: notebook.TextCell, *, role: str, script: bool) -> Iterator[Sentence]:
    """Each line of the output for itself."""
    where = "output" if script else f"cell {cell.index} output"
    lines = [line[:LINE_CHARACTERS].rstrip() for line in ESCAPES.sub("", cell.output).splitlines()]
    for line, alike in _without_repeats(lines[-OUTPUT_LINES:]):
        yield Sentence(text=healed(line), where=where, section=role, flags=(LOG_LINE,) if alike else ())


def _without_repeats(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Lines that say something; of many alike the last, and whether it is one of many."""
    shapes = [DIGITS.sub("#", line) for line in lines]
    left = Counter(shapes)
    often = {shape for shape, count in left.items() if count >= ALIKE_LINES}
    said = Counter(DIGITS.sub("#", line) for line in set(lines))
    for line, shape in zip(lines, shapes, strict=True):
        left[shape] -= 1
        if TELLING.search(line) and (shape not in often or not left[shape]):
            yield line, shape in often or said[shape] > 1 or LOGGED.search(line) is not None
