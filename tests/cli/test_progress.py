"""Progress: plain lines where nobody watches a terminal, a bar and what runs now where somebody does."""

import io

import pytest
from rich.console import Console

from validator.cli.progress import Progress, duration
from validator.running.one import Step


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def step(submission: str, stage: str, *, ended: bool = False, gpu: str = "") -> Step:
    return Step(submission=submission, stage=stage, change="ended" if ended else "begun", gpu=gpu)


def shown(progress: Progress) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(progress._view())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_plain_lines_go_to_stderr_and_say_how_much_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Progress(3, clock=clock) as progress:
        progress.watch(step("abcd12", "run-classifier", gpu="GPU 1"))
        clock.now = 90
        progress.watch(step("abcd12", "run-classifier", ended=True))
        progress.advance("abcd12", "penalty 0")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "abcd12: run-classifier: started on GPU 1",
        "[1/3] abcd12: penalty 0 (1 min 30 s since the start, about 3 min 00 s left)",
    ]


def test_short_stages_make_no_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(1) as progress:
        progress.watch(step("abcd12", "static"))
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_what_runs_now_and_for_how_long() -> None:
    clock = Clock()
    progress = Progress(10, slots=2, clock=clock)
    progress.watch(step("abcd12", "run-classifier", gpu="GPU 0"))
    clock.now = 61
    progress.watch(step("efgh34", "run-generator", gpu="GPU 1"))
    progress.watch(step("ijkl56", "static"))
    progress.watch(step("ijkl56", "static", ended=True))
    text = shown(progress)
    assert "0/10" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["abcd12", "run-classifier", "1", "min", "01", "s", "GPU", "0"] in lines
    assert ["efgh34", "run-generator", "0", "s", "GPU", "1"] in lines
    assert "ijkl56" not in text


def test_more_than_a_screen_of_them_is_counted() -> None:
    progress = Progress(30)
    for number in range(20):
        progress.watch(step(f"abcd{number:02d}", "run-classifier"))
    assert "and 4 more" in shown(progress)


def test_names_cannot_write_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(1)
    progress.tell("abcd12", "\x1b[2J[red]x")
    progress.watch(step("\x1b[2J", "run-[red]"))
    assert capsys.readouterr().err.startswith("abcd12: ?[2J[red]x")
    assert "\x1b" not in shown(progress)
    assert "run-[red]" in shown(progress)


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")])
def test_a_duration_reads_well(seconds: float, words: str) -> None:
    assert duration(seconds) == words
