"""Plain values to dataclasses: mistakes are a path to them."""

import json
import typing
from dataclasses import dataclass

import pytest

from validator import plain
from validator.evidence import Evidence, EvidenceError, Reading, dumps, loads
from validator.plan import Plan, Role


def test_a_plan_survives_the_way_to_json_and_back() -> None:
    plan = Plan(roles=(Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),))
    assert plain.from_plain(Plan, plain.to_plain(plan)) == plan


def test_an_unknown_key_is_named_with_its_path() -> None:
    document = plain.to_plain(Plan(roles=()))
    document["run"]["wall_second"] = 1
    with pytest.raises(plain.ShapeError, match=r"^run\.wall_second: unknown key"):
        plain.from_plain(Plan, document)


def test_a_wrong_type_inside_a_list_is_named_with_its_path() -> None:
    document = {"roles": [{"name": "p", "kind": "paper", "stem": 3, "suffixes": []}]}
    with pytest.raises(plain.ShapeError, match=r"^roles\[0\]\.stem: expected text, got int '3'"):
        plain.from_plain(Plan, document)


def test_true_is_not_a_number() -> None:
    with pytest.raises(plain.ShapeError, match="samples"):
        plain.from_plain(Plan, {"roles": [], "samples": True})


@pytest.mark.parametrize(
    "arguments",
    [
        {"value": float("nan"), "unit": "x", "source": "observed"},
        {"value": None, "unit": "x"},
        {"value": 1, "unit": "x", "source": "observed", "why": "because"},
        {"value": 1, "unit": "x"},
        {"value": True, "unit": "x", "source": "observed"},
    ],
)
def test_a_reading_is_a_number_with_a_witness_or_a_reason(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"reading|witness"):
        Reading(**arguments)  # type: ignore[arg-type]


def test_evidence_of_another_schema_is_refused_with_the_remedy() -> None:
    with pytest.raises(EvidenceError, match="measure again with --force"):
        loads('{"schema": 99}')


def test_evidence_round_trip(evidence: Evidence) -> None:
    assert loads(dumps(evidence)) == evidence


def test_a_missing_reading_says_that_its_stage_was_skipped(evidence: Evidence) -> None:
    assert evidence.reading("classifier.steps").why == "not executed (--static)"
    assert evidence.reading("nothing.like_this").why == "not measured by this version"


@pytest.mark.parametrize("number", ["1e400", "NaN", "1" + "0" * 400])
def test_a_number_that_nobody_counts_is_a_path_to_the_mistake(evidence: Evidence, number: str) -> None:
    document = json.loads(dumps(evidence))
    document["runs"] = [{"path": "a", "role": "r", "outcome": "finished", "wall_seconds": "HERE"}]
    with pytest.raises(EvidenceError, match=r"wall_seconds: expected a finite number"):
        loads(json.dumps(document).replace('"HERE"', number))


def test_a_whole_number_beyond_all_bounds_is_no_reading() -> None:
    with pytest.raises(ValueError, match="finite"):
        Reading(value=10**400, unit="steps", source="observed")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema": "\\ud800"}', "9" * 5000])
def test_text_that_no_harness_wrote_is_one_message(text: str) -> None:
    with pytest.raises(EvidenceError, match="mine: not JSON"):
        loads(text, name="mine")


def test_what_was_prepared_is_looked_up_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Inner:
        number: int

    @dataclass(frozen=True, kw_only=True)
    class Outer:
        inner: tuple[Inner, ...]

    plain.prepare(Outer)
    monkeypatch.setattr(typing, "get_type_hints", lambda kind: pytest.fail("looked up again"))
    assert plain.from_plain(Outer, {"inner": [{"number": 3}]}) == Outer(inner=(Inner(number=3),))
