"""Training styles of torch, each with its right numbers: what the meter counts of them in the students' Python."""

import pytest

from tests.meter import pythons, styles
from tests.meter.checks import wrong_counts, wrong_verdict

TABLE = styles.table("torch")
PYTHON = pythons.newest()


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_counts_are_right(style_run):
    assert "; ".join(wrong_counts(style_run)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_verdict_is_right(style_run):
    assert "; ".join(wrong_verdict(style_run)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("style", ["ddp_two_ranks"])
def test_ranks_whose_values_agree_are_one_model(style_run):
    assert sorted(network.role for network in style_run.judged().networks) == ["model", "rank"]
