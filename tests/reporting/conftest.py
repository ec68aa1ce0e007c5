"""Reports and evidence built by hand: one ordinary submission, one clean, one hostile."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from validator.evidence import (
    Cell,
    CurvePoint,
    Evidence,
    FileEntry,
    Harness,
    Layout,
    Metrics,
    Network,
    Picture,
    Reading,
    RepeatedLoss,
    Run,
    Submission,
)
from validator.marking.report import (
    Answer,
    CriterionSheet,
    PricedFinding,
    Report,
    Review,
    RubricRef,
    SubmissionRef,
)

HOSTILE = (
    "<script>alert(1)</script>[red]boom[/red]\x1b[31mANSI\x1b[0m\u202egnp.exe\x07"
    "]](javascript:x) **bold** | `code` {{ 7*7 }} https://evil.example/x.png"
)


def finding(**changes: Any) -> PricedFinding:
    """A fail of the parameter limit, changed as told."""
    fields: dict[str, Any] = {
        "rule": "training/too-many-parameters",
        "clause": "classifier-parameters",
        "cites": "The deep discriminative model, paragraph 2",
        "says": "The classifier has fewer than 100,000 parameters.",
        "about": "classifier",
        "verdict": "fail",
        "kind": "measured",
        "marks": Decimal(-25),
        "measured": 150_000,
        "limit": 100_000,
        "unit": "parameters",
        "excess": 50_000,
        "where": "abcd12-classifier.ipynb",
        "witness": "reported",
        "message": "150,000 parameters, fewer than 100,000 allowed",
        "price": "5 marks x 5 complete tenths",
    }
    return PricedFinding(**{**fields, **changes})


STEPS = finding(
    rule="training/too-many-steps",
    clause="classifier-steps",
    cites="The deep discriminative model, paragraph 3",
    says="The classifier is trained for no more than 10,000 optimisation steps.",
    marks=Decimal(-5),
    measured=11_000,
    limit=10_000,
    unit="steps",
    excess=1_000,
    message="11,000 steps, 10,000 allowed",
    price="5 marks x 1 complete tenth",
)
PAGES = finding(
    rule="paper/too-long",
    clause="paper-length",
    cites="The report, paragraph 1",
    says="The paper has at most four pages, references excluded.",
    about="paper",
    kind="proposed",
    marks=Decimal(-10),
    measured=5,
    limit=4,
    unit="pages",
    excess=1,
    where="abcd12-paper.pdf page 5",
    witness="observed",
    message="5 pages counted, 4 allowed; references start on page 6",
    price="10 marks x 1 page",
)
FID = finding(
    rule="samples/fid-missing",
    clause="generator-fid",
    cites="The deep generative model, paragraph 4",
    says="The FID of 10,000 samples against the test set is reported.",
    about="generator",
    verdict="unknown",
    marks=Decimal(0),
    measured=None,
    limit=None,
    unit="",
    excess=None,
    where="",
    witness=None,
    message="FID not measured: the weights of the Inception network are not installed",
    price="",
)
LAYOUT = finding(
    rule="layout/unexpected-file",
    clause="only-three-files",
    cites="Introduction",
    says="The archive holds three files and nothing else.",
    about="",
    verdict="pass",
    marks=Decimal(0),
    measured=3,
    limit=3,
    unit="files",
    excess=None,
    where="abcd12.zip",
    witness="observed",
    message="3 files, 3 expected",
    price="",
)


def build_report(**changes: Any) -> Report:
    """The report of a submission over both classifier limits, with a long paper and no FID."""
    fields: dict[str, Any] = {
        "schema": 1,
        "harness": Harness(version="0.1.0", commit="d4d6648"),
        "rubric": RubricRef(id="comp3547-2024", title="Minimal Mastery", sha256="ab" * 32),
        "submission": SubmissionRef(id="abcd12", sha256="cd" * 32, source="abcd12.zip"),
        "status": "marked",
        "penalties": (LAYOUT, finding(), STEPS, PAGES, FID),
        "total_penalty": Decimal(-30),
        "proposed_penalty": Decimal(-10),
        "mark_cap": None,
        "needs_review": (
            Review(clause="paper-length", rule="paper/too-long", why="proposed -10: confirm that page 5 counts"),
            Review(clause="generator-fid", rule="samples/fid-missing", why="FID not measured: no weights"),
        ),
        "criteria": (
            CriterionSheet(
                id="classifier-accuracy",
                title="Classifier accuracy",
                cites="Marking scheme, 1",
                out_of=Decimal(40),
                questions=(
                    Answer(
                        ask="How accurate is the classifier on the test set?",
                        evidence=("test accuracy 0.913 (observed)", "train accuracy 0.941 (observed)"),
                    ),
                    Answer(ask="Is the architecture the student's own?", evidence=()),
                ),
            ),
        ),
        "readings": {
            "classifier.parameters": Reading(value=150_000, unit="parameters", source="reported"),
            "classifier.test_accuracy": Reading(value=0.913, unit="fraction", source="observed"),
            "generator.fid": Reading.missing(unit="", why="no weights of the Inception network"),
        },
        "notes": ("The brief's example of 200,000 steps contradicts its own rule.",),
        "faults": (),
    }
    return Report(**{**fields, **changes})


def build_evidence(**changes: Any) -> Evidence:
    """The evidence the ordinary report rests on."""
    networks = (
        Network(
            name="SmallNet",
            parameters=150_000,
            trainable=150_000,
            steps=11_000,
            gradient_computations=11_000,
            optimiser_calls=11_000,
            witnesses=("optimizer-hook", "gradient-entry"),
            counted=True,
            why="its parameters were updated",
        ),
    )
    curve = tuple(
        CurvePoint(network="SmallNet", step=step, loss=3.0 / (1 + step / 800)) for step in range(0, 11_000, 50)
    )
    cells = (
        Cell(index=0, status="ok", seconds=0.2),
        Cell(index=1, status="error", seconds=0.1, error="NameError: name 'x' is not defined"),
        Cell(index=2, status="not-run"),
    )
    classifier = Run(
        path="abcd12-classifier.ipynb",
        role="classifier",
        outcome="raised",
        detail="cell 1 raised NameError",
        complete=True,
        cells=cells,
        networks=networks,
        curve=curve,
        repeated=(
            RepeatedLoss(
                name="train loss",
                part="train",
                where="cell 0",
                stored=(2.0, 1.0, 0.5),
                rerun=(2.1, 1.1, 0.9),
                stored_points=3,
                rerun_points=3,
                stored_start=2.0,
                stored_end=0.5,
                rerun_end=0.9,
            ),
        ),
        framework="torch",
        sandbox="process group",
        wall_seconds=12.5,
    )
    metrics = Metrics(
        about="generator",
        protocol="10,000 samples against look-alike CIFAR-100, pytorch-fid",
        lookalike=True,
        source="the notebook's own generate function",
        pictures=(Picture(name="samples", path="run/samples.png", caption="64 samples in the order they came"),),
    )
    fields: dict[str, Any] = {
        "schema": 1,
        "harness": Harness(version="0.1.0", commit="d4d6648"),
        "submission": Submission(id="abcd12", sha256="cd" * 32, source="abcd12.zip"),
        "layout": Layout(files=(FileEntry(path="abcd12-paper.pdf", bytes=1200, sha256="ef" * 32, kind="paper"),)),
        "runs": (classifier,),
        "metrics": (metrics,),
        "environment": {"host": "marker-7", "torch": "2.8", "started_at": "2025-01-29T09:00:00+00:00"},
    }
    return Evidence(**{**fields, **changes})


def build_hostile_report() -> Report:
    """Every text a student can choose is an attack."""
    bad = finding(where=HOSTILE, message=HOSTILE, price="5 marks")
    return build_report(
        submission=SubmissionRef(id="=cmd|' /C calc'!A0", sha256="cd" * 32, source=HOSTILE),
        penalties=(bad, replace(FID, message=HOSTILE * 40)),
        needs_review=(Review(clause="generator-fid", rule="samples/fid-missing", why=HOSTILE),),
        readings={HOSTILE: Reading.missing(unit="", why=HOSTILE)},
        notes=(HOSTILE,),
        faults=(HOSTILE,),
    )


def build_png(width: int = 2, height: int = 2) -> bytes:
    """A valid grey PNG of that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([128]) * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return build_report


@pytest.fixture
def make_finding() -> Callable[..., PricedFinding]:
    return finding


@pytest.fixture
def make_evidence() -> Callable[..., Evidence]:
    return build_evidence


@pytest.fixture
def report() -> Report:
    return build_report()


@pytest.fixture
def evidence() -> Evidence:
    return build_evidence()


@pytest.fixture
def hostile_report() -> Report:
    return build_hostile_report()


@pytest.fixture
def hostile_text() -> str:
    return HOSTILE


@pytest.fixture
def png() -> bytes:
    return build_png()
