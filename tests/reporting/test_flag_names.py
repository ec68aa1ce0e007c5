"""Flags and pictures that are made upstairs have their names on the page."""

import re
from pathlib import Path

import pytest

from validator.marking.pictures import PICTURES
from validator.measuring import probes
from validator.reporting.flag_words import FLAG_WORDS

FOLDER = Path(probes.__file__).parent
FILES = sorted([*FOLDER.glob("samples*.py"), *FOLDER.glob("classifier*.py")], key=lambda path: path.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_kind_of_flag_on_samples_and_classifier_has_words(path):
    kinds = set(re.findall(r'kind="([a-z]+-[a-z-]+)"', path.read_text(encoding="utf-8")))
    assert kinds <= set(FLAG_WORDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_picture_that_is_drawn_can_be_asked_for(path):
    names = set(re.findall(r'(?:[pP]icture\([^()]*|Picture\(\s*)name="([a-z-]+)"', path.read_text(encoding="utf-8")))
    assert names <= set(PICTURES)
