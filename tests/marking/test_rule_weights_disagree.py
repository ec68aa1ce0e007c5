"""Weights fail where they clearly fall short of those trained here; whatever is not known goes to a person."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from validator.evidence import Claim, FileEntry, TriedWeights

SHA256 = "1" * 64
LIMITS = {
    "points": Decimal("0.05"),
    "errors": Decimal(3),
    "agreement": Decimal("0.95"),
    "difference": Decimal("0.05"),
}


def tried(right: int | None = None, *, run: int = 900, of: int = 1000, **changes: Any) -> TriedWeights:
    """A file that was tried on a thousand rows; with labels where `right` says how many it got."""
    counts = {} if right is None else {"labelled": of, "correct_run": run, "correct_file": right}
    sound = {"path": "net.pt", "sha256": SHA256, "network": "Net#1", "fitting": 1, "rows": of}
    return TriedWeights(**{**sound, **counts, **changes})


def findings(made: Any, *files: TriedWeights, **changes: Any) -> Any:
    entries = [FileEntry(path=one.path, bytes=1, sha256=SHA256, kind="weights") for one in files]
    layout = made.layout(*entries)
    evidence = made.evidence(layout=layout, runs=(made.run("classifier", weights=files),), **changes)
    return made.check(evidence, made.clause("handin/weights-disagree", about="classifier", **LIMITS))


def verdicts(made: Any, *files: TriedWeights, **changes: Any) -> list[str]:
    return [finding.verdict for finding in findings(made, *files, **changes)]


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (tried(900), "pass"),
        (tried(1000), "pass"),
        (tried(851), "pass"),
        (tried(845), "fail"),
        (tried(500, difference=0.0, same=1000), "fail"),
        (tried(500, trained_on=True), "unknown"),
        (tried(900, trained_on=True), "pass"),
        (tried(8, run=10, of=10), "pass"),
        (tried(0, run=2, of=2), "pass"),
        (tried(0, run=40, of=40), "fail"),
        (tried(0, identical=True), "pass"),
        (tried(same=1000), "pass"),
        (tried(same=949), "unknown"),
        (tried(difference=0.01), "pass"),
        (tried(difference=1.4), "unknown"),
        (tried(rows=0, why="no network of the run has its names and shapes"), "unknown"),
        (tried(rows=0, why="the run was not seen to evaluate it", identical=True), "pass"),
        (tried(900, sha256="2" * 64), "unknown"),
        (tried(labelled=1, correct_run=1, same=949), "unknown"),
        (tried(labelled=1, correct_run=1, same=1000), "pass"),
        (tried(rows=0, same=0), "unknown"),
    ],
)
def test_one_side_is_judged_beyond_the_band(made: Any, one: TriedWeights, verdict: str) -> None:
    assert verdicts(made, one) == [verdict]


def test_a_failure_says_both_shares_and_how_far_it_is_beyond(made: Any) -> None:
    (finding,) = findings(made, tried(500, not_numbers=3))
    assert (finding.measured, finding.where, finding.witness) == (0.5, "net.pt", "reported")
    assert finding.excess == pytest.approx(finding.limit - 0.5)
    assert "50 % of 1,000 rows" in finding.message
    assert "90 % with the weights trained here" in finding.message
    assert "3 values in the file are no numbers" in finding.message


def test_each_file_that_falls_short_has_a_finding_and_the_others_one(made: Any) -> None:
    files = [tried(right, path=f"{right}.pt", network=f"Net#{right < 900}") for right in (900, 910, 100, 200)]
    assert sorted(verdicts(made, *files)) == ["fail", "fail", "pass"]


@pytest.mark.parametrize("last", [tried(900, path="last.pt"), tried(0, path="last.pt", identical=True)])
def test_an_earlier_epoch_beside_the_last_one_is_no_failure(made: Any, last: TriedWeights) -> None:
    early = tried(100, path="epoch_1.pt")
    found = findings(made, early, last)
    assert [finding.verdict for finding in found] == ["unknown", "pass"]
    assert "last.pt does as well in it" in found[0].message
    assert verdicts(made, early, replace(last, network="Net#2")) == ["fail", "pass"]


def test_networks_of_two_notebooks_are_two_whatever_their_names(made: Any) -> None:
    runs = tuple(
        replace(made.run("classifier", weights=(one,)), role=role, of="code")
        for role, one in (("code", tried(900, path="a.pt")), ("code-2", tried(100, path="b.pt")))
    )
    layout = made.layout(*(FileEntry(path=f"{name}.pt", bytes=1, sha256=SHA256, kind="weights") for name in "ab"))
    clause = made.clause("handin/weights-disagree", about="code", **LIMITS)
    assert sorted(made.verdicts(made.evidence(layout=layout, runs=runs), clause)) == ["fail", "pass"]


def test_clearly_better_weights_pass_and_it_is_said(made: Any) -> None:
    (finding,) = findings(made, tried(900, run=500))
    assert "of another training" in finding.message


def test_an_accuracy_that_no_file_comes_near_goes_to_a_person(made: Any) -> None:
    claim = Claim(
        kind="accuracy", about="", value=0.99, unit="share", where="p4", quote="accuracy of 99 %", part="test"
    )
    stated = (made.paper(claims=(claim,)),)
    assert verdicts(made, tried(900), papers=stated) == ["pass", "unknown"]
    assert verdicts(made, tried(985), papers=stated) == ["pass"]
    # Of a file that was not tried nothing is known: it may be the one.
    other = tried(rows=0, path="b.pt", why="HDF5 files are not read")
    assert verdicts(made, tried(900), other, papers=stated) == ["pass", "unknown"]
    assert "not tried" in findings(made, tried(900), other, papers=stated)[1].message


def test_without_a_run_or_without_files_nothing_is_known(made: Any) -> None:
    clause = made.clause("handin/weights-disagree", about="classifier", **LIMITS)
    assert made.verdicts(made.evidence(runs=()), clause) == ["unknown"]
    assert made.verdicts(made.evidence(), clause) == ["unknown"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (tried(rows=0, why="no network of the run has its names and shapes"), tried(900), "pass"),
        (tried(rows=0, why="no network of the run has its names and shapes"), tried(100), "fail"),
        (tried(100), tried(900), "pass"),
        (tried(same=100), tried(900), "pass"),
        (tried(100), tried(0, identical=True), "pass"),
    ],
)
def test_a_file_that_several_notebooks_tried_counts_once(
    made: Any, one: TriedWeights, other: TriedWeights, verdict: str, order: tuple[int, int]
) -> None:
    pair = (one, other)
    runs = tuple(
        replace(made.run("classifier", weights=(pair[which],)), role=("code", "code-2")[number], of="code")
        for number, which in enumerate(order)
    )
    layout = made.layout(FileEntry(path="net.pt", bytes=1, sha256=SHA256, kind="weights"))
    clause = made.clause("handin/weights-disagree", about="code", **LIMITS)
    assert made.verdicts(made.evidence(layout=layout, runs=runs), clause) == [verdict]
