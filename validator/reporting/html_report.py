"""`report.html` and `cohort.html`: self-contained pages. Picks what the templates print; decides nothing.

Templates escape everything; text is cleaned of control characters on its way out; pictures travel as data addresses;
nothing is loaded from anywhere, and the page's own policy forbids it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from validator.evidence import Evidence, Run
from validator.marking.cohort import CohortSummary
from validator.marking.finding import Verdict
from validator.marking.report import PricedFinding, Report
from validator.reporting import cost, figures, paper_pages, plot, repeated_losses, run_packages, words
from validator.reporting.flag_words import FLAG_WORDS

if TYPE_CHECKING:
    import jinja2


@dataclass(frozen=True, kw_only=True)
class NetworkCurve:
    """The training curve of one network; None when too little was recorded."""

    network: str
    curve: plot.Curve | None


def render(report: Report, evidence: Evidence, pictures: Mapping[str, bytes]) -> bytes:
    """The bytes of `report.html`; `pictures` maps `Picture.path` to the bytes of a PNG or JPEG."""
    unknowns = [finding for finding in _with(report, "unknown") if not cost.costs(finding)]
    unknown_clauses = {finding.clause for finding in unknowns}
    shown = figures.packed(evidence, pictures)
    scheme = figures.sheets(report, (item for items in shown.values() for item in items))
    return _page(
        "report.html.j2",
        report=report,
        evidence=evidence,
        fails=sorted(filter(cost.costs, report.penalties), key=cost.worst_first),
        unknowns=[finding for finding in unknowns if not cost.is_unmeasured(finding)],
        unmeasured_clauses=[finding for finding in unknowns if cost.is_unmeasured(finding)],
        reviews=[review for review in report.needs_review if review.clause not in unknown_clauses],
        passes=_with(report, "pass"),
        sheets=paper_pages.pages_of(evidence, pictures),
        curves={run.path: _curves(run) for run in evidence.runs},
        ran_in=run_packages.sentence(evidence),
        repeated={run.path: tuple(repeated_losses.pairs(run)) for run in evidence.runs},
        scheme=scheme,
        left_over={about: figures.left_over(items, scheme) for about, items in shown.items()},
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
    environment.globals |= {
        "plot": plot,
        "waits": cost.waits,
        "outcomes": words.OUTCOME_WORDS,
        "kinds": FLAG_WORDS,
        "longest": words.LONGEST_SENTENCE,
    }
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
