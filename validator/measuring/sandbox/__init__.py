"""`run(command, limits=...) -> Outcome`: a box around one command. Knows nothing of notebooks or of marks.

The tier of this version, written into every result: resource limits for each process, a session of its own, a wall
limit, and a supervisor that ends everything the command left behind. It does not cut the network and hides no files.
"""

from validator.measuring.sandbox.box import boxed, detached_count, end, missing_limits, run
from validator.measuring.sandbox.environment import allowed
from validator.measuring.sandbox.limits import TIER, Limits, Outcome

__all__ = ["TIER", "Limits", "Outcome", "allowed", "boxed", "detached_count", "end", "missing_limits", "run"]
