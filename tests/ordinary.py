"""Runs a command as an account without rights, for tests that must hold for an ordinary user and not for root only.

`python -m tests.ordinary COMMAND...`, as root. What lies under root's own folders is made reachable for it.
"""

import os
import sys
from pathlib import Path

from validator.measuring.sandbox.supervisor import doors

UID = 65534
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Become nobody, then the command."""
    interpreters = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)}
    doors.open_to_others([str(ROOT), *sorted(interpreters)])
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)
    os.environ["HOME"] = "/nonexistent"
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
