"""The same styles on the oldest torch that is supported, in an environment of its own."""

import pytest

from tests.meter import pythons, styles
from tests.meter.checks import wrong_counts, wrong_verdict

TABLE = styles.table("torch", "designs")
PYTHON = pythons.oldest()
WITHOUT = pythons.NO_OLDEST


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_counts_are_right(style_run):
    assert "; ".join(wrong_counts(style_run)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_verdict_is_right(style_run):
    assert "; ".join(wrong_verdict(style_run)) == ""
