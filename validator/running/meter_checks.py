"""Whether the meter counts right on this machine, in the Python that notebooks would run in."""

from __future__ import annotations

from collections.abc import Iterator

from validator.measuring.probes import run_box
from validator.running import self_tests
from validator.running.check import Check
from validator.running.environments import choosing
from validator.running.environments.agent_copy import agent_digest
from validator.running.environments.places import envs_folder
from validator.running.environments.record import everything


def counted() -> Iterator[Check]:
    """One line for each framework of each environment that is there; of the harness's own Python where none is."""
    digest = agent_digest()
    made = [each for each in everything(envs_folder()) if each.agent == digest]
    choices = [choosing.of(each, why="made") for each in made] or [choosing.own(why="none is made")]
    try:
        found = {(name, each.words): each for choice in choices for name, each in self_tests.examined(choice).items()}
    except run_box.BoxProblem as error:
        yield Check(name="meter", ok=False, detail=f"its self-test could not be executed: {error}")
        return
    for (framework, words), each in sorted(found.items()):
        yield Check(name=f"meter, {framework}", ok=each.ok, detail=words)
    if not found:
        yield Check(name="meter", ok=False, detail="neither torch nor jax is installed: nothing can be counted")
