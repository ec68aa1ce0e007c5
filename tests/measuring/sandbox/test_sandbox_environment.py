"""What of the harness's environment a boxed command sees."""

import pytest

from validator.measuring import sandbox


def test_only_names_on_the_list_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    monkeypatch.setenv("HTTP_PROXY", "somewhere")
    kept = sandbox.allowed()
    assert (kept["OMP_NUM_THREADS"], kept["LC_CTYPE"]) == ("2", "C.UTF-8")
    assert "HTTP_PROXY" not in kept


def test_what_is_given_stands_on_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "old")
    assert sandbox.allowed(extra={"PATH": "new", "OWN": "1"})["PATH"] == "new"
