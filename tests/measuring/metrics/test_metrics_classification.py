"""Accuracy, its interval, cross-entropy, gap and confusion, against values worked out by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.classification import Accuracy, accuracy, accuracy_gap, confusion, cross_entropy

LOGITS = np.array([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0]], dtype=np.float32)
LABELS = np.array([0, 1, 1])


def test_accuracy_counts_the_largest_logit():
    assert accuracy(LOGITS, LABELS) == Accuracy(correct=2, count=3)


def test_the_interval_is_wilsons():
    theirs = stats.binomtest(9500, 10_000).proportion_ci(method="wilson")
    assert Accuracy(correct=9500, count=10_000).interval == pytest.approx((theirs.low, theirs.high), rel=1e-9)


def test_the_interval_of_a_perfect_score_ends_at_one_and_is_not_empty():
    low, high = Accuracy(correct=10, count=10).interval
    assert high == 1.0
    assert low == pytest.approx(0.722467, abs=1e-6)


def test_equal_logits_lose_the_logarithm_of_the_classes():
    losses = cross_entropy(np.zeros((4, 20), np.float32), np.arange(4))
    assert losses.tolist() == pytest.approx([math.log(20)] * 4)
    assert losses.dtype == np.float64


def test_huge_logits_do_not_overflow():
    assert cross_entropy(np.array([[1e30, 0.0]], np.float32), np.array([1])).tolist() == [pytest.approx(1e30)]


def test_the_gap_has_the_error_of_two_shares():
    gap = accuracy_gap(train=Accuracy(correct=90, count=100), test=Accuracy(correct=80, count=100))
    assert gap.value == pytest.approx(0.1)
    assert gap.standard_error == pytest.approx(0.05)


def test_confusion_has_labels_in_rows():
    assert confusion(LOGITS, LABELS).tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("logits", "labels", "words"),
    [
        (np.array([[np.inf, 0.0]]), np.array([0]), "NaN or infinity"),
        (np.zeros((2, 2)), np.array([0]), r"expected int64 \(2,\)"),
        (np.zeros((2, 2)), np.array([0, 2]), "2 classes"),
        (np.zeros((2, 2), np.int64), np.array([0, 1]), "floating-point"),
        (np.zeros((0, 2)), np.array([], np.int64), "no row"),
    ],
)
def test_other_arrays_are_refused(logits, labels, words):
    with pytest.raises(MetricError, match=words):
        cross_entropy(logits, labels)
