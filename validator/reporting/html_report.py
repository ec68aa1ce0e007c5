"""`report.html` and `cohort.html`: self-contained pages. Picks what the templates print; decides nothing.

Templates escape everything; text is cleaned of control characters on its way out; pictures travel as data addresses;
nothing is loaded from anywhere, and the page's own policy forbids it.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from validator.evidence import Evidence, Metrics, Picture, Run
from validator.marking.cohort import CohortSummary
from validator.marking.finding import Verdict
from validator.marking.report import PricedFinding, Report
from validator.reporting import cost, plot, words

if TYPE_CHECKING:
    import jinja2

SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How the pictures begin that a page may show; anything else is not embedded."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One picture with its data address; empty when the file is missing or is no picture."""

    picture: Picture
    address: str
    lookalike: bool


@dataclass(frozen=True, kw_only=True)
class NetworkCurve:
    """The training curve of one network; None when too little was recorded."""

    network: str
    curve: plot.Curve | None


def render(report: Report, evidence: Evidence, pictures: Mapping[str, bytes]) -> bytes:
    """The bytes of `report.html`; `pictures` maps `Picture.path` to the bytes of a PNG or JPEG."""
    unknowns = [finding for finding in _with(report, "unknown") if not cost.costs(finding)]
    unknown_clauses = {finding.clause for finding in unknowns}
    return _page(
        "report.html.j2",
        report=report,
        evidence=evidence,
        fails=sorted(filter(cost.costs, report.penalties), key=cost.worst_first),
        unknowns=[finding for finding in unknowns if not cost.is_unmeasured(finding)],
        unmeasured_clauses=[finding for finding in unknowns if cost.is_unmeasured(finding)],
        reviews=[review for review in report.needs_review if review.clause not in unknown_clauses],
        passes=_with(report, "pass"),
        curves={run.path: _curves(run) for run in evidence.runs},
        shown={metrics.about: _shown(metrics, pictures) for metrics in evidence.metrics},
    )


def render_cohort(summary: CohortSummary) -> bytes:
    """The bytes of `cohort.html`; it links to `<id>/report.html` beside it."""
    return _page("cohort.html.j2", cohort=summary, bars=plot.bars(summary.bands))


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("validator.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalised,
    )
    environment.filters |= {
        "number": words.number,
        "marks": _marks,
        "cost": cost.text,
        "verdict": words.verdict,
        "reading": words.reading,
        "short": words.short,
        "address": lambda text: quote(text, safe=""),
    }
    environment.globals |= {"plot": plot, "waits": cost.waits, "outcomes": words.OUTCOME_WORDS}
    return environment


def _page(template: str, **variables: Any) -> bytes:
    return _environment().get_template(template).render(**variables).encode("utf-8", errors="replace")


def _finalised(value: Any) -> Any:
    """Whatever a template prints has no control characters; Markup is the template's own and stays."""
    return words.clean(value) if type(value) is str else value


def _marks(value: Decimal | None) -> str:
    """Marks with a true minus sign."""
    return words.marks(value).replace("-", "−")


def _with(report: Report, verdict: Verdict) -> list[PricedFinding]:
    return [finding for finding in report.penalties if finding.verdict == verdict]


def _curves(run: Run) -> tuple[NetworkCurve, ...]:
    names = dict.fromkeys(point.network for point in run.curve)
    return tuple(NetworkCurve(network=name, curve=plot.curve(_points(run, name))) for name in names)


def _points(run: Run, network: str) -> Sequence[tuple[float, float]]:
    return [(point.step, point.loss) for point in run.curve if point.network == network]


def _shown(metrics: Metrics, pictures: Mapping[str, bytes]) -> tuple[Shown, ...]:
    return tuple(
        Shown(picture=picture, address=_data_address(pictures.get(picture.path, b"")), lookalike=metrics.lookalike)
        for picture in metrics.pictures
    )


def _data_address(content: bytes) -> str:
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), "")
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind else ""
