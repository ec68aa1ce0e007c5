"""The harness of the styles itself: its grammar, and that a wrong number is a sentence."""

from pathlib import Path

import pytest

from tests.meter import styles
from tests.meter.checks import wrong_counts, wrong_verdict
from tests.meter.metered import Metered

HEADER = """# expect: Net updates=12 gradients=48|49 parameters=43
# expect: Copy nothing
# flags: maybe tampered
# needs: torch>=2.9, compiler
"""


def said(style: styles.Style, *, updates: int = 12, copy: int = 0, more: tuple[dict, ...] = ()) -> Metered:
    """What an agent would have said of that style."""
    common = {"pid": 7, "peer": 7, "t": 1}
    networks = [("Net#1", updates, 1), ("Copy#1", copy, 2)]
    nets = [{**common, "kind": "net", "net": n, "name": name, "elements": 43} for name, _, n in networks]
    counts = [
        {
            **common,
            "kind": "counts",
            "net": n,
            "name": name,
            "updates": made,
            "gradients": 48 * (made > 0),
            "calls": made,
        }
        for name, made, n in networks
    ]
    hello = {**common, "kind": "hello", "ppid": 1, "grammar": 1}
    return Metered(
        style=style, records=(hello, *nets, *counts, *more), counters=(), stdout="", stderr="", code=0, seconds=0.0
    )


@pytest.fixture
def written(tmp_path: Path):
    def write(header: str) -> styles.Style:
        (tmp_path / "some_style.py").write_text(header, encoding="utf-8")
        return styles.read(tmp_path / "some_style.py")

    return write


def test_a_header_says_what_is_right(written):
    style = written(HEADER)
    assert style.networks == (
        styles.Expected(
            name="Net",
            numbers={"updates": frozenset({12}), "gradients": frozenset({48, 49}), "parameters": frozenset({43})},
        ),
    )
    assert (style.untouched, style.steps, style.parameters) == (("Copy",), frozenset({12}), frozenset({43}))
    assert (style.maybe, style.needs) == (frozenset({"tampered"}), ("torch>=2.9", "compiler"))


@pytest.mark.parametrize(
    "header", ["", "# flags: none\n", "# expect: Net updates=12\n", "# expect: Net steps=1\n# flags: none\n"]
)
def test_a_header_that_says_too_little_is_refused(written, header):
    with pytest.raises(ValueError, match="some_style"):
        written(header)


def test_right_numbers_are_right(written):
    assert wrong_counts(said(written(HEADER))) == []


def test_each_wrong_number_is_a_sentence(written):
    style = written(HEADER)
    assert wrong_counts(said(style, updates=11)) == ["Net#1: updates 11, right is 12"]
    assert wrong_counts(said(style, copy=3)) == ["Copy#1: 3 updates"]


def test_a_truth_that_the_script_prints_is_what_is_right(written):
    style = written("# expect: Net updates=truth\n# flags: none\n")
    metered = said(style)
    found = Metered(**{**vars(metered), "stdout": "truth: updates=13 gradients=14\n"})
    assert wrong_counts(found) == ["Net#1: updates 12, right is 13"]


def test_a_number_where_unknown_is_right_is_wrong(written):
    style = written("# expect: unknown because forward-mode\n# flags: forward-mode\n")
    wrong = wrong_verdict(said(style))
    assert [sentence.split(" (")[0] for sentence in wrong] == ["steps 12", "not flagged: forward-mode"]


def test_an_honest_style_that_is_flagged_is_wrong(written):
    fault = {"pid": 7, "peer": 7, "t": 2, "kind": "fault", "where": "gradients", "what": "ValueError()"}
    wrong = wrong_verdict(said(written("# expect: Net updates=12\n# flags: none\n"), more=(fault,)))
    assert [sentence.split(" (")[0] for sentence in wrong] == ["flagged: agent-fault"]


def test_no_two_styles_have_one_name():
    names = [path.stem for folder in styles.FOLDERS for path in (styles.HERE / folder).glob("*.py")]
    assert len(names) == len(set(names)) > 150
