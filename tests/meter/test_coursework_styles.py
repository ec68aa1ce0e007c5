"""What students and researchers do beyond the table of styles, and ways to count parameters; honest, all of it."""

import pytest

from tests.meter import pythons, styles
from tests.meter.checks import wrong_counts, wrong_verdict

TABLE = styles.table("designs", "coursework")
PYTHON = pythons.newest()


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_counts_are_right(style_run):
    assert "; ".join(wrong_counts(style_run)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("style", TABLE)
def test_the_verdict_is_right(style_run):
    assert "; ".join(wrong_verdict(style_run)) == ""
