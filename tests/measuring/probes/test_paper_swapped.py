"""Ligatures whose letters Ghostscript wrote with their bytes swapped are read as the letters that were meant."""

from __future__ import annotations

import pytest

from validator.measuring.probes.paper_swapped import unswapped


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("Introduc\u7400\u6900on", "Introduction"),
        ("op\u7400\u6900misa\u7400\u6900on steps, a\u7400\u7400en\u7400\u6900on", "optimisation steps, attention"),
        ("e\u6600\u6600\u6900cient", "efficient"),
    ],
)
def test_swapped_letters_are_those_that_were_meant(stored: str, meant: str) -> None:
    assert unswapped(stored) == meant


@pytest.mark.parametrize("text", ["\u6700\u540e\u6700\u597d", "\u53c2\u8003\u6587\u732e", "\u6700", "Results \u2192 x"])
def test_other_signs_stay(text: str) -> None:
    assert unswapped(text) == text
