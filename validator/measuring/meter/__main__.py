"""Replays one recorded log: `python -m validator.measuring.meter run/<role>/records.jsonl [--role ROLE]`.

Prints the networks, the readings, the flags and the notes of the judge. The page of counters is not kept with a log:
its word is left out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from validator.evidence import Network, Reading
from validator.measuring.meter.judge import Judgement, judge
from validator.measuring.meter.log import read_records

USAGE = 2


def main(arguments: list[str] | None = None) -> int:
    """Judge the log again; 2 when there is none."""
    parser = argparse.ArgumentParser(
        prog="python -m validator.measuring.meter", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("log", type=Path, help="the recorded log, one JSON object a line")
    parser.add_argument("--role", default="classifier", help="what the run is judged as (classifier, generator, ...)")
    told = parser.parse_args(arguments)
    try:
        judgement = judge(records=read_records(told.log), counters=(), role=told.role)
    except OSError as error:
        sys.stderr.write(f"{told.log}: cannot be read ({error.strerror})\n")
        return USAGE
    sys.stdout.write("\n".join(lines(judgement)).encode("utf-8", "replace").decode() + "\n")
    return 0


def lines(judgement: Judgement) -> Iterator[str]:
    """The judgement as lines of text."""
    yield judgement.framework or "no framework"
    yield from (_network(network) for network in judgement.networks)
    yield from (f"{name}: {_reading(reading)}" for name, reading in judgement.readings.items())
    yield from (f"flag {flag.kind}: {flag.detail}" for flag in judgement.flags)
    yield from (f"note: {note}" for note in judgement.notes)


def _network(network: Network) -> str:
    steps = "unknown" if network.steps is None else f"{network.steps:,}"
    numbers = f"{network.parameters:,} parameters, {steps} steps, {network.optimiser_calls:,} optimiser calls"
    counted = "counted" if network.counted else "not counted"
    return f"{network.name} ({network.kind}): {numbers}; {counted}: {network.why}"


def _reading(reading: Reading) -> str:
    return f"unknown, {reading.why}" if reading.value is None else f"{reading.value:,} {reading.unit}"


if __name__ == "__main__":
    sys.exit(main())
