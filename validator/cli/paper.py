"""`validate paper FILE.pdf`: pages that count, references, geometry, figures and flags of one PDF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from validator import plain
from validator.cli import exits, flags
from validator.evidence import Figure, Flag, Paper, Reading

if TYPE_CHECKING:
    from rich.table import Table

    from validator.plan import PaperLimits

POLICIES = {"without-references": "paper.pages_counted", "all": "paper.pages_total"}

LABELS = {
    "lowest_line": "lowest line, from the top",
    "highest_line": "highest line after page 1",
    "body_size": "type of the body",
    "body_share": "text in that size",
    "leading": "line spacing",
    "pages_second": "pages, by a second reader",
}
FIGURES = {
    "samples": "batch of samples",
    "interpolations": "interpolations",
    "curves": "curves of training",
    "diagram": "diagram of the model",
}
NOT_FOUND = "not found by the program"
ANSWER_SECONDS, LEAST_SECONDS = 30.0, 3.0
"""Within how long the command answers, whatever the file; with less than the second left, figures are not begun."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What looking for figures gave: the figures, or why nobody looked."""

    figures: tuple[Figure, ...] = ()
    flags: tuple[Flag, ...] = ()
    why: str = ""


@click.command(name="paper")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
def command(file: Path, as_json: bool) -> int:
    """Pages, counted pages, references page, geometry, figures and flags of one PDF.

    Exit code 0 when the pages could be counted, 1 when not, 2 when there is no such file.
    """
    from validator.measuring.probes.paper import paper
    from validator.plan import PaperLimits

    if not file.is_file():
        raise exits.UsageProblem(f"{file}: no such file; name one PDF, such as abcd12-paper.pdf")
    began = monotonic()
    read = paper(root=file.parent, path=file.name, limits=PaperLimits())
    looked = _looked(read, file, PaperLimits(), left=ANSWER_SECONDS - (monotonic() - began))
    read = replace(read, figures=looked.figures, flags=(*read.flags, *looked.flags))
    if as_json:
        click.echo(json.dumps(_document(read, looked.why), indent=1))
    else:
        _print(read, looked.why)
    counts = (read.readings[name] for name in POLICIES.values())
    missing = next((reading for reading in counts if reading.value is None), None)
    if missing is None:
        return exits.ALL_PASS
    click.echo(f"{file.name}: the pages cannot be counted: {missing.why}", err=True)
    return exits.FINDINGS


def _looked(read: Paper, file: Path, limits: PaperLimits, *, left: float) -> Looked:
    """Look for figures in the seconds that are `left`; a file whose pages are unknown is not opened again."""
    from validator.measuring.probes.paper_figures import of_paper

    if read.readings["paper.pages_total"].value is None:
        return Looked(why="the paper was not read")
    if left < LEAST_SECONDS:
        return Looked(why="reading the pages took all of the time; `validate` on the whole hand-in looks for figures")
    why, said = of_paper(file, replace(limits, wall_seconds=min(limits.wall_seconds, left)))
    return Looked(why=why) if said is None else Looked(figures=said.figures, flags=said.flags)


def _document(read: Paper, unlooked: str) -> dict[str, object]:
    """The answer for programs; null where there is no number, and for figures that nobody looked for."""
    missing = {name: why for name in _measured(read) if (why := read.readings[f"paper.{name}"].why)}
    return {
        "path": read.path,
        "pages_total": read.readings["paper.pages_total"].value,
        "pages_counted": read.readings["paper.pages_counted"].value,
        "policies": {policy: read.readings[name].value for policy, name in POLICIES.items()},
        "references_page": read.references_page,
        "references_confidence": read.references_confidence,
        "above_references": read.above_references,
        "after_references": list(read.after_references),
        "geometry": {name: read.readings[f"paper.{name}"].value for name in _measured(read)},
        "not_measured": {**missing, "figures": unlooked} if unlooked else missing,
        "figures": None if unlooked else [_figure(each) for each in read.figures],
        "faces": list(read.faces),
        "headings": [{"title": heading.title, "page": heading.page} for heading in read.headings],
        "links": list(read.links),
        "notice": read.notice,
        "claims": [plain.to_plain(claim) for claim in read.claims],
        "flags": flags.documents(read.flags),
    }


def _figure(figure: Figure) -> dict[str, object]:
    return {"kind": figure.kind, "page": figure.page, "count": figure.count, "detail": figure.detail}


def _measured(read: Paper) -> list[str]:
    """Names of what is measured beside the counts."""
    names = (name for name in read.readings if name not in POLICIES.values())
    return [name.removeprefix("paper.") for name in names]


def _print(read: Paper, unlooked: str) -> None:
    """The answer for people: tables of facts, of lengths, of figures, and of what to look at."""
    from rich.console import Console
    from rich.table import Table

    facts = Table(show_header=False, box=None)
    for name, value in _facts(read):
        facts.add_row(name, value)
    console = Console(highlight=False)
    console.print(facts)
    if any(read.readings[f"paper.{name}"].value is not None for name in _measured(read)):
        console.print(_geometry(read))
    if read.readings["paper.pages_total"].value is not None:
        console.print(_figures(read.figures, unlooked))
    if read.claims:
        console.print(_claims(read))
    if read.flags:
        console.print(flags.table(read.flags))


def _claims(read: Paper) -> Table:
    """The numbers that the program takes the paper to state, with why each may be another's."""
    from rich.table import Table

    from validator.marking.claims import value_text

    table = Table("number", "of", "value", "where", "perhaps not the final one", title="Numbers that are stated",
                  title_justify="left", box=None, padding=(0, 2, 0, 0))  # fmt: skip
    for claim in read.claims:
        value = value_text(claim.kind, claim.value)
        spread = f" ± {value_text(claim.kind, claim.spread)}" if claim.spread is not None else ""
        kind = f"{claim.part} {claim.kind}".strip()
        table.add_row(kind, claim.about or "not said", f"{value}{spread}", claim.where, ", ".join(claim.flags))
    return table


def _geometry(read: Paper) -> Table:
    """Lengths in points, and what the text is set in."""
    from rich.table import Table

    table = Table("measured", "value", title="Geometry", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in _measured(read):
        reading = read.readings[f"paper.{name}"]
        table.add_row(LABELS.get(name, name.replace("_", " ")), flags.shown(_length(reading)))
    table.add_row("typefaces", flags.shown(", ".join(read.faces) or "none named"))
    table.add_row("head and foot of page 1", flags.shown(read.notice or "none found"))
    table.add_row(
        "headings", flags.shown("; ".join(f"{one.title} (p{one.page})" for one in read.headings) or "none found")
    )
    table.add_row("links", str(len(read.links)))
    return table


def _figures(found: Sequence[Figure], unlooked: str) -> Table:
    """One row a figure that was recognised, and one a kind that was not."""
    from rich.table import Table

    table = Table("shows", "page", "by", title="Figures", title_justify="left", box=None, padding=(0, 2, 0, 0))
    if unlooked:
        table.add_row("not looked for", "", flags.shown(unlooked))
        return table
    for kind, label in FIGURES.items():
        own = [figure for figure in found if figure.kind == kind]
        for figure in own:
            counted = "" if figure.count is None else f" ({figure.count})"
            table.add_row(label + counted, str(figure.page), flags.shown(figure.detail))
        if not own:
            table.add_row(label, "", NOT_FOUND)
    return table


def _length(reading: Reading) -> str:
    if reading.value is None:
        return f"not measured: {reading.why}"
    if reading.unit == "share":
        return f"{reading.value:.0%}"
    return f"{reading.value:g} {reading.unit.removesuffix('s') if reading.value == 1 else reading.unit}"


def _facts(read: Paper) -> list[tuple[str, str]]:
    readings = read.readings
    found = f"page {read.references_page}" if read.references_page else "not found"
    rows = [
        ("file", flags.shown(read.path)),
        ("pages that count, without references", _number(readings["paper.pages_counted"])),
        ("all pages", _number(readings["paper.pages_total"])),
        ("references", f"{found} (confidence: {read.references_confidence})"),
    ]
    if read.above_references:
        rows.append(("above the references", flags.shown(read.above_references)))
    return [*rows, *(("after the references", flags.shown(quote)) for quote in read.after_references)]


def _number(reading: Reading) -> str:
    return "unknown" if reading.value is None else str(reading.value)
