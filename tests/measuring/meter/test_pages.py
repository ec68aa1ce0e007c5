"""What the page of counters showed once is remembered, whoever resets it afterwards."""

import pytest

from validator.measuring.meter import counters
from validator.measuring.meter.clients import Heard
from validator.measuring.meter.pages import Pages


@pytest.fixture
def page(tmp_path):
    counters.make(tmp_path / "page")
    return tmp_path / "page"


def _write(page, slot, *numbers):
    with page.open("r+b") as file:
        file.seek(counters.SLOT.size * slot)
        file.write(counters.SLOT.pack(*numbers, *[0] * (8 - len(numbers))))


def _looks(witness, *between):
    told = list(witness.look(Heard()))
    for change in between:
        change()
        told += list(witness.close(Heard()))
    return told


def test_counts_that_grow_are_nothing_to_tell(page):
    _write(page, 1, 7, 1, 10, 20)
    assert _looks(Pages(page), lambda: _write(page, 1, 7, 1, 11, 22), lambda: _write(page, 3, 8, 1, 1, 1)) == []


@pytest.mark.parametrize("now", [(7, 1, 3, 20), (7, 1, 10, 2), (0,), (9, 1, 10, 20)])
def test_a_slot_that_fell_is_told_once_with_what_it_showed(page, now):
    _write(page, 1, 7, 1, 10, 20, 9)
    (entry,) = _looks(Pages(page), lambda: _write(page, 1, *now), lambda: None)
    assert (entry["what"], entry["of"], entry["pid"], entry["updates"]) == ("count-decreased", "page", 7, 10)


def test_a_page_that_is_gone_is_told(page):
    _write(page, 1, 7, 1, 10, 20)
    assert [entry["what"] for entry in _looks(Pages(page), page.unlink, lambda: None)] == ["page-gone"]
