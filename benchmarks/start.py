"""How soon the command answers: `validate --help` beside an interpreter that does nothing, and beside its aim.

Run from the root of the checkout: `python benchmarks/start.py [--rounds 9]`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from aims import at_most, machine, median, timed


def seconds(arguments: list[str], rounds: int) -> float:
    """Median wall seconds of one interpreter."""
    command = [sys.executable, *arguments]
    return median(lambda: timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)), rounds)


def main() -> None:
    """Print both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    nothing, answer = seconds(["-c", "pass"], rounds), seconds(["-m", "validator", "--help"], rounds)
    print(f"wall time, medians of {rounds}; {machine()}")
    print(f"validate --help: {at_most(answer, 0.3, 's')}, python -c pass {nothing:.3f} s, ratio {answer / nothing:.1f}")


if __name__ == "__main__":
    main()
