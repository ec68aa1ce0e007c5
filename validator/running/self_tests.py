"""The self-test of the meter in the Python that notebooks run in: made once, kept beside the run environments.

Made again for another environment, another agent or another version of the test itself.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path

from validator import plain
from validator.measuring import meter
from validator.measuring.probes import run_box, self_test
from validator.measuring.probes.self_test import FRAMEWORKS, SHEETS, SelfTest
from validator.running.environments.agent_copy import agent_digest
from validator.running.environments.choosing import Choice
from validator.running.environments.places import envs_folder
from validator.running.files import read_regular, write_atomically

_one_at_a_time = threading.Lock()


def told(choice: Choice) -> Mapping[str, tuple[str, ...]]:
    """For the task of a run: by framework the tested version, then what was miscounted. Nothing for what is not there.

    Where the test itself cannot be executed, neither can a notebook: that is said there.
    """
    if choice.interpreter is not None and not Path(choice.interpreter).exists():
        return {}
    try:
        found = examined(choice)
    except run_box.BoxProblem:
        return {}
    return {name: (each.version, *each.wrong) for name, each in found.items() if each.version}


def examined(choice: Choice) -> Mapping[str, SelfTest]:
    """By framework, what the self-test says in this environment. Raises BoxProblem where nothing can be executed."""
    return {name: _tested(name, choice) for name in FRAMEWORKS if _is_there(name, choice)}


def _is_there(framework: str, choice: Choice) -> bool:
    return any(line.startswith(f"{framework}==") for line in choice.frozen)


def _tested(framework: str, choice: Choice) -> SelfTest:
    path = envs_folder() / "self-tests" / f"{_key(framework, choice)}.json"
    with _one_at_a_time:
        kept = _read(path)
        if kept is not None:
            return kept
        found = self_test.examined(framework, interpreter=choice.interpreter, environment=choice.digest)
        if found.ok:  # what went wrong is tried again: a machine may have been too slow
            _keep(path, found)
        return found


def _key(framework: str, choice: Choice) -> str:
    whole = hashlib.sha256()
    for folder in (SHEETS, Path(self_test.__file__).parent, Path(meter.__file__).parent):
        for file in sorted(folder.glob("*.py")):
            whole.update(file.read_bytes())
    parts = (framework, choice.interpreter or "own", choice.digest, choice.python, agent_digest())
    whole.update("\0".join(parts).encode())
    return whole.hexdigest()[:32]


def _read(path: Path) -> SelfTest | None:
    try:
        return plain.from_plain(SelfTest, json.loads(read_regular(path)))
    except (OSError, ValueError):
        return None


def _keep(path: Path, found: SelfTest) -> None:
    try:
        write_atomically(path, json.dumps(plain.to_plain(found), indent=1).encode(), durable=False)
    except OSError:
        return  # it is made again next time
