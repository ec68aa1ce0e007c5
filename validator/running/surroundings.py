"""What is the same for every submission of a cohort while it is measured."""

from __future__ import annotations

from dataclasses import dataclass

from validator.running.engines.ended import Engine
from validator.running.environments.choosing import Choice
from validator.running.space import Floor


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The engine that starts stages, what keys are made of, and what must stay free on the disk."""

    engine: Engine
    versions: dict[str, str]
    data_key: str
    weights_key: str
    force: bool
    heavy_missing: str
    """Why nothing that needs `validator[run]` can be measured here; empty when it can."""
    environment: Choice | None = None
    """What notebooks run in; None leaves them in the harness's own Python, without a record of it."""
    floor: Floor | None = None
    batch: str = ""
    """Name of the batch, for `validate status`."""
