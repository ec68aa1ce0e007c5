"""Make a run environment, or reuse the one that is there. Complete or not there: it is built beside and renamed.

One builder at a time for each folder of environments; a folder that a killed builder left is removed by the next.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from validator.running import lock
from validator.running.environments import base, bytecode, installing, record, sealing, using
from validator.running.environments.agent_copy import agent_digest, place_agent
from validator.running.environments.asked import Asked, frozen_digest
from validator.running.environments.installing import BuildLimits
from validator.running.environments.places import NotBuilt, closed_part, envs_folder, is_root
from validator.running.environments.record import Environment, interpreter_of, site_packages, venv_of

Tell = Callable[[str], None]

UNFINISHED = ".new-"
WAIT_SECONDS = 0.2
NOBODY = 65534
"""The unprivileged user and group of every Linux."""
LIMITS = BuildLimits()
OLD_AGENT_SECONDS = 14 * 24 * 3600
"""Since a cohort last chose it; none runs for so long, so nothing is taken from under a notebook."""


def make(
    asked: Asked,
    *,
    tell: Tell,
    root: Path | None = None,
    wheels: Path | None = None,
    rebuild: bool = False,
    limits: BuildLimits = LIMITS,
) -> Environment:
    """The environment of what is asked for, made if need be. Raises NotBuilt."""
    if os.name != "posix":
        raise NotBuilt("run environments are made on Linux and macOS only; use WSL")
    root = _root(root)
    found = None if rebuild else record.read(root / folder_name(asked.digest))
    if found is not None:
        return using.chosen(found)
    with only_builder(root, tell):
        same = None if rebuild else _same_packages(asked.digest, root)
        if same is None:
            fill = partial(_built, asked, wheels=wheels, limits=limits, tell=tell)
            return using.chosen(_placed(root, asked.digest, fill))
        return using.chosen(renewed(same, root, tell) if same.agent != agent_digest() else same)


def latest(packages: tuple[str, ...], *, tell: Tell, root: Path | None = None) -> Environment | None:
    """The environment made last for that list, whatever its constraints; with today's agent. Raises NotBuilt."""
    root = root or envs_folder()
    ours = (platform.python_version(), sys.base_prefix)
    fitting = (each for each in record.everything(root) if each.packages == tuple(sorted(packages)))
    found = next((each for each in fitting if (each.python, each.base) == ours), None)
    if found is None or found.agent == agent_digest():
        return found and using.chosen(found)
    with only_builder(root, tell):
        return using.chosen(record.read(root / folder_name(found.asked)) or renewed(found, root, tell))


def renewed(old: Environment, root: Path, tell: Tell) -> Environment:
    """The same packages by hard links, with today's agent: nothing is installed. The caller is the only builder."""
    tell("the agent changed: its copy is renewed, nothing is installed again")

    def fill(new: Path) -> Environment:
        started = time.monotonic()
        sealing.linked(Path(old.folder), new)
        (new / record.FILE_NAME).unlink()
        sealing.renamed_inside(new, old=Path(old.folder), new=new)
        return _described(old, new, seconds=time.monotonic() - started)

    return _placed(root, old.asked, fill)


def folder_name(asked: str) -> str:
    """What was asked for, and the agent: either changes, and it is another environment."""
    return f"{asked[:16]}-{agent_digest()[:8]}"


def _built(asked: Asked, new: Path, *, wheels: Path | None, limits: BuildLimits, tell: Tell) -> Environment:
    started = time.monotonic()
    new.mkdir(mode=0o755)
    closed = base.is_closed()
    python = base.copied(new / "base") if closed else base.base_interpreter()
    venv = venv_of(new)
    installing.make_venv(python, venv, limits=limits)
    before = _heart(venv)
    tell(f"installing {len(asked.packages)} packages and what they need; only the first time takes long")
    installer = installing.install(asked, venv=venv, work=new, limits=limits, wheels=wheels)
    if _heart(venv) != before:
        raise NotBuilt("a package would replace the environment's own Python; nothing of it was used")
    if sealing.size_bytes(new) > limits.disk_bytes:
        raise NotBuilt(f"larger than {limits.disk_bytes / installing.GIB:.0f} GiB")
    tell("compiling")
    bytecode.compile_all(python, site_packages(new), limits=limits)
    lines = record.frozen(site_packages(new))
    made = Environment(
        folder=str(new),
        asked=asked.digest,
        agent="",
        packages=tuple(sorted(asked.packages)),
        constrained=bool(asked.constraints),
        python=platform.python_version(),
        base=sys.base_prefix,
        frozen=lines,
        digest=frozen_digest(lines),
        installer=installer,
        self_contained=closed,
        made_at="",
        seconds=0.0,
    )
    return _described(made, new, seconds=time.monotonic() - started)


def _described(like: Environment, new: Path, *, seconds: float) -> Environment:
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    return replace(like, folder=str(new), agent=agent_digest(), made_at=moment, seconds=round(seconds, 1))


def _heart(venv: Path) -> tuple[str, ...]:
    """What decides which Python starts there: wheels may write anywhere in a virtual environment."""
    links = [path for path in sorted((venv / "bin").iterdir()) if re.fullmatch(r"python[\d.]*", path.name)]
    names = [f"{path} -> {path.readlink() if path.is_symlink() else path.stat().st_ino}" for path in links]
    return (*names, (venv / "pyvenv.cfg").read_text(encoding="utf-8"))


def _placed(root: Path, asked: str, fill: Callable[[Path], Environment]) -> Environment:
    """Fill a folder beside, give it the agent, seal it, and rename it into its place."""
    target = root / folder_name(asked)
    new = root / (UNFINISHED + secrets.token_hex(len(target.name))[: len(target.name) - len(UNFINISHED)])
    try:
        made = fill(new)
        place_agent(site_packages(new))
        sealing.renamed_inside(new, old=new, new=target)
        record.write(made)
        sealing.sealed(new)
        sealing.removed(target)
        new.chmod(0o755)  # some systems rename no folder that its owner may not write
        new.rename(target)
        target.chmod(0o555)
    except OSError as error:
        raise NotBuilt(f"{root}: {error.strerror or error}") from error
    finally:
        sealing.removed(new)
    why = _why_not_started(target)
    found = record.read(target)
    if why or found is None:
        sealing.removed(target)
        raise NotBuilt(why or f"{target}: its Python cannot be started")
    _sweep_old_agents(found, root)
    return found


def _sweep_old_agents(newest: Environment, root: Path) -> None:
    """The same packages with agents of long ago: whoever still has such a harness gets the copy again in seconds."""
    for each in record.everything(root):
        old = time.time() - record.last_used(each) > OLD_AGENT_SECONDS
        if each.asked == newest.asked and each.agent != newest.agent and old:
            sealing.removed(Path(each.folder))


def taken_away(folder: Path) -> None:
    """Gone at once for whoever looks for it, then file by file: what a kill leaves, the next builder sweeps."""
    aside = folder.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    folder.chmod(0o755)  # some systems rename no folder that its owner may not write
    folder.rename(aside)
    sealing.removed(aside)


def _why_not_started(folder: Path) -> str:
    """See that its Python starts for whoever will run notebooks; no package's code is run. Empty when it does."""
    python = interpreter_of(folder)
    command = [str(python), "-I", "-S", "-c", "pass"]
    other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if is_root() else {}
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, timeout=60, check=False, text=True, **other)  # type: ignore[call-overload]
        why = "" if done.returncode == 0 else done.stderr.strip()
    except (OSError, subprocess.SubprocessError) as error:
        why = str(error)
    if why and other and (closed := closed_part(folder / record.FILE_NAME)):
        why = f"other users run notebooks, and {closed} is closed to them; set VALIDATOR_ENVS to a folder they can read"
    return f"{python}: {why}" if why else ""


def _same_packages(asked: str, root: Path) -> Environment | None:
    """One with today's agent first, then the newest."""
    found = [each for each in record.everything(root) if each.asked == asked]
    return next((each for each in found if each.agent == agent_digest()), found[0] if found else None)


def _root(root: Path | None) -> Path:
    root = root or envs_folder()
    absent = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        root.mkdir(parents=True, exist_ok=True)
        for folder in absent if is_root() else ():
            folder.chmod(0o755)  # whatever the umask: other users run what lies there
    except OSError as error:
        raise _unwritable(root, error) from error
    return root.resolve()


@contextmanager
def only_builder(root: Path | None, tell: Tell) -> Iterator[Path]:
    """Wait for whoever builds there, then sweep what a killed builder left. Raises NotBuilt."""
    root = _root(root)
    with ExitStack() as held:
        told = False
        while True:
            try:
                held.enter_context(lock.locked(root))
                break
            except lock.Locked as busy:
                if not told:
                    tell(f"waiting: {busy}")
                told = True
                time.sleep(WAIT_SECONDS)
            except OSError as error:
                raise _unwritable(root, error) from error
        for left in root.glob(f"{UNFINISHED}*"):
            sealing.removed(left)
        yield root


def _unwritable(root: Path, error: OSError) -> NotBuilt:
    return NotBuilt(f"{root}: {error.strerror}; set VALIDATOR_ENVS to a folder that can be written")
