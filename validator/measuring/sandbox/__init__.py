"""`run(command, limits=..., walls=...) -> Outcome`: a box around one command. Knows nothing of notebooks or of marks.

    limits.py      what a command may use, and what became of it
    walls.py       what it sees: folders, devices, account
    gpus.py        which accelerators it is given
    tiers.py       T1 bubblewrap, T2 Landlock and seccomp, T3 rlimits and process group: which of them works here
    commands.py    the command line of a boxed command; bubblewrap.py that of T1
    confinement.py the walls of T2 around the process that calls, for readers of a student's bytes
    box.py         run it to its end; waiting.py is how that is noticed
    selftest.py    tries to break out, and tells what was refused; planted.py is what it reaches for
    supervisor/    the process around the command, and the few lines that run inside before it

docs/sandbox.md says what each tier stops, and what it does not.
"""

from validator.measuring.sandbox.box import end, run, told
from validator.measuring.sandbox.commands import boxed, missing_limits
from validator.measuring.sandbox.confinement import confine
from validator.measuring.sandbox.environment import allowed
from validator.measuring.sandbox.limits import Limits, Outcome, Told
from validator.measuring.sandbox.waiting import ended_within
from validator.measuring.sandbox.walls import TIERS, Tier, Walls

__all__ = [
    "TIERS",
    "Limits",
    "Outcome",
    "Tier",
    "Told",
    "Walls",
    "allowed",
    "boxed",
    "confine",
    "end",
    "ended_within",
    "missing_limits",
    "run",
    "told",
]
