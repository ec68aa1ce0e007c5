"""How a list of packages had to be eased the last time: asked again, nothing is tried again that failed then."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from validator import plain
from validator.running.environments.asked import Asked
from validator.running.environments.easing import Eased
from validator.running.environments.places import envs_folder, is_root
from validator.running.files import read_regular, write_atomically

FOLDER = "eased"


def recall(asked: Asked) -> Eased | None:
    """What was left of it; None where it was never eased, or cannot be read."""
    try:
        return plain.from_plain(Eased, json.loads(read_regular(_file(asked))))
    except (OSError, ValueError, RecursionError):
        return None


def remember(asked: Asked, found: Eased) -> None:
    """Beside the environments; where nobody may write there it is tried again the next time."""
    with contextlib.suppress(OSError):
        _file(asked).parent.mkdir(mode=0o755, exist_ok=True)
        if is_root():
            _file(asked).parent.chmod(0o755)
        write_atomically(_file(asked), json.dumps(plain.to_plain(found)).encode())


def _file(asked: Asked) -> Path:
    return envs_folder() / FOLDER / f"{asked.digest[:32]}.json"
