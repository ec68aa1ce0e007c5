"""What safety costs with files: unpacking under all rules beside `zipfile`, and writes that outlive a power cut.

Run from the root of the checkout: `python benchmarks/files.py [--rounds 20]`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import zipfile
from pathlib import Path

from aims import at_least, at_most, machine, median, timed

from fixtures import archives
from validator.measuring.probes import archive
from validator.plan import ArchiveLimits
from validator.running.files import write_atomically

PICTURES, PICTURE_BYTES = 16, 200_000
WRITES, RECORD = 50, b"x" * 4000


def ordinary(path: Path) -> Path:
    """A zip of 3.2 MB that nothing compresses, as pictures are."""
    chance = random.Random(0)  # noqa: S311 - bytes that nothing compresses
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(PICTURES):
            made.writestr(f"figures/{number}.png", chance.randbytes(PICTURE_BYTES))
    return path


def unzipped(path: Path, into: Path) -> None:
    """As `zipfile` unpacks."""
    with zipfile.ZipFile(path) as opened:
        opened.extractall(into)


def written(folder: Path, *, durable: bool) -> float:
    """Seconds of so many records, each a file of its own."""

    def all_of_them() -> None:
        for number in range(WRITES):
            write_atomically(folder / f"{number}.json", RECORD, durable=durable)

    return timed(all_of_them)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="vb", dir=".") as name:
        folder, limits = Path(name), ArchiveLimits()
        given, bomb = ordinary(folder / "ordinary.zip"), folder / "bomb.zip"
        bomb.write_bytes(archives.full_overlap())
        safe = median(lambda: timed(lambda: archive.unpack(given=given, into=folder / "a", limits=limits)), rounds)
        plain = median(lambda: timed(lambda: unzipped(given, folder / "b")), rounds)
        assert archive.unpack(given=bomb, into=folder / "c", limits=limits).refused
        refused = median(lambda: timed(lambda: archive.unpack(given=bomb, into=folder / "c", limits=limits)), rounds)
        durable = WRITES / median(lambda: written(folder / "d", durable=True), 5)
        quick = WRITES / median(lambda: written(folder / "e", durable=False), 5)
    print(f"wall time, medians of {rounds}; {machine()}")
    print(
        f"safe unzip of 3.2 MB: {at_most(safe * 1e3, 25, 'ms')}, zipfile {plain * 1e3:.1f} ms, ratio {safe / plain:.1f}"
    )
    print(f"a bomb refused: {at_most(refused * 1e3, 25, 'ms')}")
    print(f"durable writes: {at_least(durable, 50, 'a second')}, not durable {quick:.0f}, ratio {quick / durable:.1f}")


if __name__ == "__main__":
    main()
