"""How many submissions a second the static part checks: stages forked from the warm parent, against new interpreters.

Run from the root of the checkout: `python benchmarks/static.py [--submissions 60] [--rounds 3]`. Each way runs in a
process of its own; CPU seconds of it and all its children stand beside the wall, because a busy machine lengthens only
the wall.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from aims import at_least, at_most, machine

from fixtures import cohort

CELLS, PICTURES, PICTURE_BYTES = 30, 16, 200_000
CELL = """# {title}, cell {number}
import torch
from torch import nn


def step_{number}(network, images, labels, optimiser):
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(network(images.to(device)), labels.to(device))
    loss.backward()
    optimiser.step()
    return loss.item()


print(f"cell {number}: {{len(losses)}} losses")
"""

MEASURED = """
import os, resource, sys, time
from pathlib import Path
from validator.cli import preparing
from validator.marking import load_rubric
from validator.running import cohort
from validator.running.engines.local import LocalEngine
import dataclasses
folder, out, fork, jobs, count = sys.argv[1:]
plan = dataclasses.replace(load_rubric("comp3547-2024").plan, execute="static")
given = preparing.submissions(Path(folder), "")[:int(count)]
settings = cohort.Settings(plan=plan, out=Path(out), jobs=int(jobs))
began = time.perf_counter()
engine = LocalEngine(slots=int(jobs), fork=fork == "forked")
found = list(cohort.measured(given, settings, tell=lambda *_: None, engine=engine))
engine.close()
wall = time.perf_counter() - began
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
assert not any(each.faults for each in found), "a stage failed"
print(len(found), wall, sum(one.ru_utime + one.ru_stime for one in used))
"""


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Submissions a second of wall and a second of CPU."""

    wall: float
    cpu: float

    @classmethod
    def of(cls, command: list[str]) -> Speed:
        """Run it; it prints how many, and the seconds."""
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        count, wall, cpu = map(float, done.stdout.split())
        return cls(wall=count / wall, cpu=count / cpu)


def write_submissions(folder: Path, count: int, *, paper: bool) -> None:
    """What the aim is about: zips of 3.2 MB with two notebooks of 30 cells, and a paper or none."""
    folder.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        whole = cohort.write_submission(Path(scratch), next(one for one in cohort.fixtures() if one.name == "clean"))
        with zipfile.ZipFile(whole) as archive:
            content = next(archive.read(name) for name in archive.namelist() if name.endswith("pdf"))
    chance = random.Random(0)  # noqa: S311 - bytes that nothing compresses
    for number in range(count):
        name = f"abcd{number:03d}"
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as made:
            for role in ("classifier", "generative-model"):
                made.writestr(f"{name}-{role}.ipynb", notebook(f"{role} {number}"))
            if paper:
                made.writestr(f"{name}-paper.pdf", content)
            for picture in range(PICTURES):
                made.writestr(f"figures/{picture}.png", chance.randbytes(PICTURE_BYTES))


def notebook(title: str) -> str:
    """One of 30 cells."""
    cells = [nbformat.v4.new_code_cell(CELL.format(title=title, number=number)) for number in range(CELLS)]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def measured(name: str, way: str, *, jobs: int, count: int) -> Speed:
    """One way in a process of its own, over the first submissions that lie in the folder."""
    with tempfile.TemporaryDirectory(prefix="out", dir=name) as out:
        return Speed.of(
            [sys.executable, "-c", MEASURED, f"{name}/submissions", f"{out}/marking", way, str(jobs), str(count)]
        )


def median_speed(name: str, way: str, *, jobs: int, asked: argparse.Namespace) -> Speed:
    """The middle one of some rounds, each figure by itself."""
    found = [measured(name, way, jobs=jobs, count=asked.submissions) for _ in range(asked.rounds)]
    return Speed(wall=statistics.median(one.wall for one in found), cpu=statistics.median(one.cpu for one in found))


def main() -> None:
    """Print both ways side by side, with the papers and without, then the figures that have an aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{asked.submissions} submissions, medians of {asked.rounds}; {machine()}; submissions a second, --jobs 1")
    print("                 of wall: forked    cold  ratio   of CPU: forked    cold  ratio")
    whole, bare = (compared(title, paper, asked) for title, paper in (("with papers", True), ("without papers", False)))
    print(f"one core, without papers, a second of wall: {at_least(bare.wall, 20, 'submissions')}")
    print(f"one core, without papers, a second of CPU: {at_least(bare.cpu, 20, 'submissions')}")
    print(f"300 with papers on two cores, --jobs 2: {at_most(300 / whole.wall, 60, 's')}")


def compared(title: str, paper: bool, asked: argparse.Namespace) -> Speed:
    """A line of the table; the speed that the aims are about: with papers that of two jobs."""
    with tempfile.TemporaryDirectory(prefix="vb") as name:
        write_submissions(Path(name) / "submissions", asked.submissions, paper=paper)
        forked = median_speed(name, "forked", jobs=1, asked=asked)
        cold = measured(name, "cold", jobs=1, count=max(1, asked.submissions // 4))
        print(
            f"{title:16s}         {forked.wall:6.1f}  {cold.wall:6.1f} {forked.wall / cold.wall:6.1f}"
            f"           {forked.cpu:6.1f}  {cold.cpu:6.1f} {forked.cpu / cold.cpu:6.1f}"
        )
        return median_speed(name, "forked", jobs=2, asked=asked) if paper else forked


if __name__ == "__main__":
    main()
