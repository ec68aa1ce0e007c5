"""Renderers: Report -> bytes, one a file. They compute nothing; every one is imported only when it is asked for.

words.py          numbers, glyphs, and how hostile text is made harmless
json_report.py    report.json, cohort.json, and reading a stored report back
text_report.py    the tables of the terminal
csv_marks.py      marks.csv
html_report.py    report.html and cohort.html, from templates/; plot.py lays out their curves
feedback.py       feedback.md, what a student reads
gradescope.py     gradescope.json, the results.json of an autograder
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validator.evidence import Evidence
    from validator.marking.report import Report


def submission_files(report: Report, evidence: Evidence, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one submission by name; `pictures` maps `Picture.path` to the bytes of a PNG or JPEG."""
    from validator.reporting import feedback, gradescope, html_report, json_report

    return {
        "report.json": json_report.render(report),
        "report.html": html_report.render(report, evidence, pictures),
        "feedback.md": feedback.render(report),
        "gradescope.json": gradescope.render(report),
    }


def cohort_files(reports: Iterable[Report]) -> dict[str, bytes]:
    """The files of the whole cohort by name."""
    from validator.marking.cohort import summarise
    from validator.reporting import csv_marks, html_report, json_report

    summary = summarise(reports)
    return {
        "cohort.json": json_report.render_cohort(summary),
        "cohort.html": html_report.render_cohort(summary),
        "marks.csv": csv_marks.render(summary),
    }


def marks_csv(reports: Iterable[Report]) -> bytes:
    """`marks.csv` on its own."""
    from validator.marking.cohort import summarise
    from validator.reporting import csv_marks

    return csv_marks.render(summarise(reports))


def gradescope_results(reports: Iterable[Report], *, single: bool) -> bytes:
    """One submission's results.json, or one object with the results of each under its id."""
    from validator.reporting import gradescope

    every = list(reports)
    return gradescope.render(every[0]) if single else gradescope.render_every(every)


def report_json(report: Report) -> str:
    """`report.json` as text."""
    from validator.reporting import json_report

    return json_report.render(report).decode("utf-8")


def report_text(report: Report, *, width: int | None = None, colour: bool | None = None) -> str:
    """The terminal's table of one submission; width and colour are those of stdout unless told."""
    from validator.reporting import text_report

    columns, coloured = _terminal(width, colour)
    return text_report.as_text(text_report.submission(report, width=columns), width=columns, colour=coloured)


def cohort_text(reports: Iterable[Report], *, width: int | None = None, colour: bool | None = None) -> str:
    """The terminal's table of the cohort; width and colour are those of stdout unless told."""
    from validator.marking.cohort import summarise
    from validator.reporting import text_report

    columns, coloured = _terminal(width, colour)
    return text_report.as_text(text_report.cohort(summarise(reports)), width=columns, colour=coloured)


def _terminal(width: int | None, colour: bool | None) -> tuple[int, bool]:
    """A pipe gets a fixed width and no colour, so that what is written to a file is the same everywhere."""
    is_terminal = sys.stdout.isatty()
    columns = shutil.get_terminal_size().columns if is_terminal else 120
    return width or max(columns, 60), is_terminal if colour is None else colour
