"""Two rounds of answers are compared, and decided right or wrong, by what the answers plainly are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from validator.measuring.meter import judge

torch = pytest.importorskip("torch")
NAN = float("nan")


@pytest.fixture
def reasking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(Path(judge.__file__).parents[1] / "agent"))
    from validator_agent import reasking as module  # type: ignore[import-not-found]

    yield module
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def answers(reasking: Any, *rows: Any) -> Any:
    kept = [torch.tensor(one) for one in rows]
    return reasking.Answers(kept=kept, calls=len(kept))


def labelled(*labels: Any) -> list[Any]:
    return [SimpleNamespace(labels=None if one is None else torch.tensor(one)) for one in labels]


@pytest.mark.parametrize(
    ("answer", "labels", "wanted"),
    [
        ([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], [0, 1], (2, 1)),
        ([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], [[1, 0, 0], [0, 0, 1]], (2, 2)),
        ([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], [0, -100], (1, 1)),
        ([[2.0, 1.0, 0.0], [NAN, 1.0, 2.0]], [0, 0], (2, 1)),
        ([0.4, 0.9], [0, 1], (2, 2)),
        ([[-3.0], [0.4]], [0.0, 1.0], (2, 2)),
        ([[31.0], [7.5]], [31, 8], (0, 0)),
        ([[[1.0, 2.0]], [[2.0, 1.0]]], [0, 1], (0, 0)),
        ([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], [1], (0, 0)),
        ([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], [1, 0], (0, 0)),
    ],
    ids=["classes", "one-hot", "no label", "no number", "probabilities", "scores", "ages", "maps", "words", "texts"],
)
def test_rows_are_right_where_they_decide_as_their_labels(
    reasking: Any, answer: Any, labels: Any, wanted: tuple[int, int]
) -> None:
    round_ = answers(reasking, answer)
    assert reasking.correct(round_, labelled(labels), threshold=reasking.threshold_of(round_)) == wanted


def test_calls_without_labels_are_left_out(reasking: Any) -> None:
    round_ = answers(reasking, [[1.0, 0.0]], [[1.0, 0.0]])
    assert reasking.correct(round_, labelled(None, [0]), threshold=0.0) == (1, 1)


def test_two_rounds_are_apart_by_their_differences_over_the_spread_of_ours(reasking: Any) -> None:
    ours = answers(reasking, [[0.0, 2.0], [2.0, 0.0]])
    found = reasking.agreement(ours, answers(reasking, [[0.0, 2.0], [0.0, 2.0]]))
    assert (found["rows"], found["same"], found["largest"], found["unlike_numbers"]) == (2, 1, 2.0, 0)
    assert found["difference"] == pytest.approx(2**0.5)
    assert reasking.agreement(ours, ours)["difference"] == 0


def test_answers_that_are_no_numbers_agree_with_nothing(reasking: Any) -> None:
    ours = answers(reasking, [[0.0, 2.0], [2.0, 0.0]])
    found = reasking.agreement(ours, answers(reasking, [[NAN, NAN], [2.0, 0.0]]))
    assert (found["same"], found["unlike_numbers"]) == (1, 2)
    nothing = answers(reasking, [[NAN, NAN], [NAN, NAN]])
    assert reasking.agreement(nothing, nothing)["same"] == 0
    assert reasking.agreement(nothing, nothing)["difference"] is None


@pytest.mark.parametrize(
    "output",
    [
        lambda answer: answer,
        lambda answer: (torch.tensor([1, 2]), answer),
        lambda answer: {"loss": torch.tensor(1.0), "hidden": answer + 1, "logits": answer},
    ],
    ids=["a tensor", "the first of real numbers", "the logits by name"],
)
def test_the_answer_is_found_in_what_a_module_returns(reasking: Any, output: Any) -> None:
    answer = torch.tensor([[0.0, 1.0]])
    assert torch.equal(reasking.answer_of(output(answer)), answer)


def test_a_module_that_returns_no_answer_says_so(reasking: Any) -> None:
    with pytest.raises(ValueError, match="no tensor of real numbers"):
        reasking.answer_of(torch.tensor([1, 2]))
