"""What executing costs over plain `python`: per notebook, per cell, and the start of a sandbox; each beside its aim.

Run from the root of the checkout: `python benchmarks/executor.py [--rounds 3]`. Medians; the aims are the issue's.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import nbformat
from aims import at_most, machine, median, timed

from validator.evidence import Submission
from validator.measuring import sandbox
from validator.measuring.sandbox import tiers
from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.walls import Tier, Walls
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings, measured
from validator.running.engines.local import LocalEngine

CELL = "x = 1 + 1"
PLAN = Plan(roles=(Role(name="model", kind="notebook", stem="model", suffixes=(".ipynb",)),))
SHORT, LONG = 20, 500


def notebook(folder: Path, cells: int) -> Given:
    """A submission that holds one notebook of trivial cells."""
    home = folder / f"cells{cells}"
    home.mkdir()
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL) for _ in range(cells)])
    nbformat.write(made, home / f"cells{cells}-model.ipynb")
    return Given(submission=Submission(id=f"cells{cells}", sha256=str(cells), source=home.name), path=home)


def executed_seconds(engine: LocalEngine, given: Given, out: Path) -> float:
    """Wall seconds of the run stage as the engine runs it in a cohort, its result written and kept."""
    settings = Settings(plan=PLAN, out=out, force=True)
    spent = []

    def watch(step: object) -> None:
        if getattr(step, "stage", "") == "run-model":
            spent.append(time.perf_counter())

    (found,) = measured([given], settings, tell=lambda *_: None, engine=engine, watch=watch)
    assert [run.outcome for run in found.runs] == ["finished"], found
    return spent[-1] - spent[0]


def plain_seconds(folder: Path, cells: int) -> float:
    """Wall seconds of `python` on the same lines."""
    script = folder / f"plain{cells}.py"
    script.write_text("\n".join([CELL] * cells), encoding="utf-8")
    return timed(lambda: subprocess.run([sys.executable, str(script)], check=True))


def works() -> list[Tier]:
    """The tiers that this machine has."""
    return [entry.tier for entry in tiers.found() if entry.works]


def sandbox_seconds(tier: Tier, rounds: int) -> float:
    """Wall seconds of the smallest command in a box of that tier, as the run of a notebook builds it."""
    with tempfile.TemporaryDirectory(prefix="vb", dir=views.scratch_root()) as name:
        folder = Path(name)
        folder.chmod(0o755)
        limits = sandbox.Limits(wall_seconds=60)
        box = Walls(tier=tier, readable=(Path(sys.base_prefix), folder), uid=views.own_uid())
        assert sandbox.run(["true"], limits=limits, cwd=folder, walls=box).ok
        return median(lambda: timed(lambda: sandbox.run(["true"], limits=limits, cwd=folder, walls=box)), 5 * rounds)


def main() -> None:
    """Print the three figures, each with what it is compared with and its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="vb") as name:
        folder = Path(name)
        short, long = notebook(folder, SHORT), notebook(folder, LONG)
        with closing(LocalEngine()) as forked, closing(LocalEngine(fork=False)) as cold:
            python = median(lambda: plain_seconds(folder, SHORT), rounds)
            whole = median(lambda: executed_seconds(forked, short, folder / "out"), rounds)
            whole_cold = median(lambda: executed_seconds(cold, short, folder / "out"), rounds)
            longer = median(lambda: executed_seconds(forked, long, folder / "out"), rounds)
        starts = {tier: sandbox_seconds(tier, rounds) for tier in works()}
        bare = median(lambda: timed(lambda: subprocess.run(["true"], check=True)), 5 * rounds)
    each = (longer - whole) / (LONG - SHORT)
    print(f"wall time, medians of {rounds}; {machine()}")
    print(f"notebook of {SHORT} cells: {whole:.2f} s, not forked {whole_cold:.2f} s, plain python {python:.2f} s")
    print(f"  over plain python: {at_most(whole - python, 2, 's')}, ratio {whole / python:.0f}")
    print(f"one cell of {LONG}: {at_most(each * 1e3, 15, 'ms')}")
    for tier, seconds in starts.items():
        print(f"start and end of {tier} around `true`: {at_most(seconds * 1e3, 100, 'ms')}, ratio {seconds / bare:.0f}")


if __name__ == "__main__":
    main()
