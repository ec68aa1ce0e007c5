"""The same styles with `DEVICE=cuda`, and those that exist only there: CUDA graphs, capturable, float16."""

import pytest

from tests.meter import pythons, styles
from tests.meter.checks import wrong_counts, wrong_verdict
from validator.measuring.sandbox import gpus

TABLE = {name: style for name, style in styles.table(*styles.FOLDERS).items() if style.device != "cpu"}
PYTHON = pythons.newest()
ENVIRONMENT = {"DEVICE": "cuda", "TORCHINDUCTOR_COMPILE_THREADS": "1"}

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.skipif(not gpus.installed(), reason="this machine has no NVIDIA GPU"),
    pytest.mark.parametrize("style", TABLE),
]


def test_the_counts_are_right(style_run):
    assert "; ".join(wrong_counts(style_run)) == ""


def test_the_verdict_is_right(style_run):
    assert "; ".join(wrong_verdict(style_run)) == ""
