"""How many submissions a second the static part marks, and how much of that is only processes starting.

Run from the root of the checkout: `python benchmarks/static.py [--submissions 60] [--jobs 2]`.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fixtures import cohort

STAGE_IMPORTS = "import validator.running.stage; from validator.measuring.probes import archive, layout, paper, source"
READER_IMPORTS = "import validator.measuring.probes.paper_reader, pypdf"
REPEATS = 5


def cpu_seconds() -> float:
    """User and system time of every child that has ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start_up_seconds(imports: str) -> float:
    """CPU seconds, mean of a few, of a Python process that imports this and ends."""
    before = cpu_seconds()
    for _ in range(REPEATS):
        subprocess.run([sys.executable, "-P", "-c", imports], check=True)
    return (cpu_seconds() - before) / REPEATS


def write_submissions(folder: Path, count: int) -> None:
    """The static golden submissions and the clean one, again and again under new names."""
    made = folder.with_name("made")
    for fixture in cohort.fixtures():
        if fixture.static or fixture.name == "clean":
            cohort.write_submission(made, fixture)
    zips = sorted(made.glob("*.zip"))
    folder.mkdir()
    for number in range(count):
        (folder / f"abcd{number:03d}.zip").write_bytes(zips[number % len(zips)].read_bytes())


def main() -> None:
    """Print throughput, CPU time a submission and the share of starting processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vb") as name:
        folder = Path(name) / "submissions"
        write_submissions(folder, asked.submissions)
        command = [sys.executable, "-m", "validator", str(folder), "--static", "--jobs", str(asked.jobs)]
        before, start = cpu_seconds(), time.perf_counter()
        subprocess.run([*command, "--out", f"{name}/marking"], capture_output=True, check=False)
        seconds, cpu = time.perf_counter() - start, cpu_seconds() - before
        reports = len(list(Path(name).glob("marking/*/report.json")))
    assert reports == asked.submissions, f"{reports} reports of {asked.submissions} submissions"
    start_up = start_up_seconds(STAGE_IMPORTS) + start_up_seconds(READER_IMPORTS)
    each = cpu / asked.submissions
    print(f"submissions              {asked.submissions} with --jobs {asked.jobs}")
    print(f"throughput               {asked.submissions / seconds:8.2f} submissions/s")
    print(f"CPU time a submission    {each * 1e3:8.0f} ms")
    print(
        f"of it, starting the two processes of a paper and its sources {start_up * 1e3:.0f} ms, {start_up / each:.0%}"
    )


if __name__ == "__main__":
    main()
