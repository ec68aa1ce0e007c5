"""Small pieces of evidence and rubrics for the tests of marking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from validator.evidence import (
    SCHEMA,
    Evidence,
    FileEntry,
    Harness,
    Import,
    Layout,
    Metrics,
    Paper,
    Reading,
    Run,
    Source,
    Submission,
)
from validator.marking import load_rubric
from validator.marking.finding import Finding
from validator.marking.rubric import Clause, Penalty, Rubric
from validator.marking.rules import find_rule

ROLES = {
    "paper": ("abcd12-paper.pdf",),
    "generator": ("abcd12-generative-model.ipynb",),
    "classifier": ("abcd12-classifier.ipynb",),
}


class Made:
    """Builders; every one makes something sound that a test then spoils in one way."""

    @staticmethod
    def reading(value: float, unit: str = "", source: str = "reported") -> Reading:
        return Reading(value=value, unit=unit, source=source)

    @staticmethod
    def file(path: str, kind: str) -> FileEntry:
        return FileEntry(path=path, bytes=1, sha256="0" * 64, kind=kind)

    @classmethod
    def layout(cls, *more: FileEntry, **changes: Any) -> Layout:
        kinds = {"paper": "paper", "generator": "notebook", "classifier": "notebook"}
        files = tuple(cls.file(paths[0], kinds[role]) for role, paths in ROLES.items())
        return replace(Layout(files=(*files, *more), roles=ROLES), **changes)

    @classmethod
    def paper(cls, *, total: int = 5, counted: int = 4, **changes: Any) -> Paper:
        readings = {
            "paper.pages_total": cls.reading(total, "pages", "observed"),
            "paper.pages_counted": cls.reading(counted, "pages", "observed"),
        }
        sound = Paper(path="abcd12-paper.pdf", readings=readings, references_page=5, references_confidence="high")
        return replace(sound, **changes)

    @staticmethod
    def source(role: str, *modules: str, **changes: Any) -> Source:
        imports = tuple(Import(module=name, where="cell 1 line 1") for name in modules or ("torch",))
        return replace(Source(path=ROLES[role][0], role=role, cells=3, imports=imports), **changes)

    @classmethod
    def run(
        cls,
        role: str,
        *,
        parameters: int | None = 90_000,
        steps: int | None = 9_000,
        gradients: int | None = None,
        calls: int | None = None,
        **changes: Any,
    ) -> Run:
        counts = {
            "parameters": parameters,
            "steps": steps,
            "gradient_computations": steps if gradients is None else gradients,
            "optimiser_calls": steps if calls is None else calls,
        }
        readings = {f"{role}.{name}": cls.reading(n, name) for name, n in counts.items() if n is not None}
        sound = Run(path=ROLES[role][0], role=role, outcome="finished", complete=True, readings=readings)
        return replace(sound, **changes)

    @classmethod
    def metrics(cls, **changes: Any) -> tuple[Metrics, Metrics]:
        classifier = {
            "classifier.test_accuracy": cls.reading(0.913, "share", "observed"),
            "classifier.train_accuracy": cls.reading(0.95, "share", "observed"),
        }
        samples = {
            "samples.count": cls.reading(10_000, "images", "observed"),
            "samples.fid": cls.reading(81.25, "FID", "observed"),
            "samples.exact_copies": cls.reading(0, "images", "observed"),
        }
        return (
            Metrics(about="classifier", readings=classifier),
            replace(Metrics(about="generator", readings=samples), **changes),
        )

    @classmethod
    def evidence(cls, **changes: Any) -> Evidence:
        sound = Evidence(
            schema=SCHEMA,
            harness=Harness(version="0"),
            submission=Submission(
                id="abcd12", sha256="0" * 64, source="abcd12.zip", submitted_at="2025-01-28T13:59:00+00:00"
            ),
            layout=cls.layout(),
            papers=(cls.paper(),),
            sources=(cls.source("generator"), cls.source("classifier")),
            runs=(cls.run("generator", parameters=900_000, steps=40_000), cls.run("classifier")),
            metrics=cls.metrics(),
        )
        return replace(sound, **changes)

    @staticmethod
    def nothing(**changes: Any) -> Evidence:
        """Evidence in which nothing was measured."""
        submission = Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip")
        bare = Evidence(schema=SCHEMA, harness=Harness(version="0"), submission=submission, layout=Layout())
        return replace(bare, **changes)

    @staticmethod
    def clause(rule: str, *, about: str = "", penalty: Penalty | None = None, **limits: Any) -> Clause:
        return Clause(
            id="the-clause",
            rule=rule,
            cites="somewhere",
            says="something",
            about=about,
            limits=limits,
            penalty=penalty or Penalty(shape="refer"),
        )

    @classmethod
    def rubric(cls, *clauses: Clause) -> Rubric:
        plan = load_rubric("comp3547-2024").plan
        return Rubric(id="x", title="X", sha256="0", plan=plan, clauses=clauses, criteria=())

    @staticmethod
    def check(evidence: Evidence, clause: Clause) -> list[Finding]:
        return list(find_rule(clause.rule).check(evidence, clause))

    @classmethod
    def verdicts(cls, evidence: Evidence, clause: Clause) -> list[str]:
        return [finding.verdict for finding in cls.check(evidence, clause)]

    @staticmethod
    def per_tenth(**changes: Any) -> Penalty:
        return replace(Penalty(shape="per-tenth", marks=Decimal(5)), **changes)


@pytest.fixture(scope="session")
def made() -> type[Made]:
    return Made


@pytest.fixture(scope="session")
def comp3547() -> Rubric:
    return load_rubric("comp3547-2024")


@pytest.fixture
def marks_of(made: type[Made], comp3547: Rubric) -> Callable[..., dict[str, Decimal]]:
    """Clause to its marks under the main rubric."""
    from validator.marking import mark

    def marks(evidence: Evidence) -> dict[str, Decimal]:
        report = mark(evidence, comp3547)
        return {priced.clause: priced.marks for priced in report.penalties}

    return marks
