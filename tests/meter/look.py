"""`python -m tests.meter.look [--oldest] [FOLDER | STYLE ...]`: a line for each style, what is wrong below it.

For whoever works on the meter: the same scripts and checks as the tests, without pytest.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.meter import checks, pythons, styles
from tests.meter.conftest import missing
from tests.meter.metered import Metered, metered


def main(words: list[str]) -> int:
    """Run and print; 1 where something is wrong."""
    python = pythons.oldest() if "--oldest" in words else pythons.newest()
    names = {word for word in words if not word.startswith("--")}
    table = styles.table(*styles.FOLDERS).values()
    chosen = [style for style in table if {style.name, style.path.parent.name} & (names or set(styles.FOLDERS[:3]))]
    assert python, pythons.NO_OLDEST
    fitting = [style for style in chosen if not missing(style, python)]
    with tempfile.TemporaryDirectory(prefix="vl") as folder:
        found = metered(fitting, Path(folder), python=python)
    wrong = sum(_shown(each, verbose="--verbose" in words) for each in found.values())
    print(f"{len(found) - wrong} of {len(found)} right, {len(chosen) - len(found)} not run")  # noqa: T201
    return int(wrong > 0)


def _shown(each: Metered, *, verbose: bool) -> bool:
    said = [
        f"{net.get('name')} {net['updates']}/{net['gradients']}/{net['calls']} ({net.get('elements')})"
        for net in checks.networks(each)
    ]
    wrong = [*checks.wrong_counts(each), *checks.wrong_verdict(each)]
    if each.code:
        wrong.append(f"exit code {each.code}: {each.stderr.strip()[-1500:]}")
    print(f"{'WRONG' if wrong else 'right'} {each.style.name} [{each.seconds:.1f} s]: {'; '.join(said)}")  # noqa: T201
    for sentence in wrong:
        print(f"      {sentence}")  # noqa: T201
    if verbose:
        for record in each.records:
            print(f"        {record}")  # noqa: T201
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
