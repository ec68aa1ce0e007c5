"""A look at the names of a student's function holds nothing that the function lets go."""

import sys
import weakref
from pathlib import Path

import pytest

from validator.measuring.meter import judge

AGENT = Path(judge.__file__).parents[1] / "agent"


class Large:
    pass


@pytest.fixture
def look(monkeypatch):
    monkeypatch.syspath_prepend(str(AGENT))
    from validator_agent import frames  # type: ignore[import-not-found]

    yield frames.locals_of
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def test_what_a_function_lets_go_after_the_look_is_gone(look):
    def trains():
        large = Large()
        known = weakref.ref(large)
        assert look(sys._getframe())["large"] is large
        del large
        return known()

    assert trains() is None


def test_what_a_student_asked_of_the_same_function_stays(look):
    def asks():
        count = 3
        own = locals()
        look(sys._getframe())
        return own["count"], count

    assert asks() == (3, 3)
