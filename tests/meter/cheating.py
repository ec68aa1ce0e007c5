"""Runs cheats as the harness runs a submission: the agent through a start file, the witnesses outside, no sandbox.

Those that touch only their own training run one after the other in forks of one warm process. All others have a
process of their own, in a bare environment: the agent of this source tree, and the packages of the run environment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fixtures import cheats
from fixtures.cheats import Cheat
from tests.meter.metered import metered
from tests.meter.styles import Style
from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.heartbeats import Heartbeats
from validator.measuring.meter.recorder import Recorder
from validator.measuring.meter.tree import Tree
from validator.measuring.meter.watching import Watching
from validator.measuring.probes.run_meter import handed_in
from validator.running.environments.agent_copy import place_agent

SECONDS = 240
HARD = frozenset({
    "agent-fault", "counts-disagree", "forward-mode", "judged-untrained", "meter-integrity", "opened-weights",
    "pretrained-suspected", "self-test-failed", "tampered", "unmetered-process", "unverified-updates",
    "updates-without-gradient", "weights-loaded",
})  # fmt: skip
"""Flags that no honest training raises: any of them is a catch."""
TOGETHER = frozenset({"values", "partial", "tricks", "no gradient", "decoys"})
"""Families that leave the meter alone, and can share a process."""
BOUNDS = ("steps_at_most", "gradient_computations", "optimiser_calls")
"""Readings that set a number of steps in dispute: in another penalty band, the finding is unknown, for a person."""
FACTS = """
import json, sys, sysconfig
print(json.dumps([getattr(sys, "_base_executable", sys.executable), sysconfig.get_path("purelib")]))
"""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one cheat left behind."""

    cheat: Cheat
    judgement: judge.Judgement
    records: tuple[log.Record, ...]
    stdout: str
    stderr: str
    code: int

    @property
    def steps(self) -> int | None:
        return self.reading("steps")

    def reading(self, name: str) -> int | None:
        value = self.judgement.readings[f"classifier.{name}"].value
        return None if value is None else int(value)

    @property
    def ways(self) -> frozenset[str]:
        """Everything by which it may be caught: a right count, a number in dispute, none, and each kind of flag."""
        low, high = self.cheat.steps - self.cheat.short, self.cheat.steps
        counted = {"unknown"} if self.steps is None else {"counted"} if low <= self.steps <= high else set()
        if not counted and any(low <= (self.reading(name) or 0) for name in BOUNDS):
            counted = {"disputed"}
        return frozenset({*counted, *(flag.kind for flag in self.judgement.flags)})

    @property
    def caught(self) -> frozenset[str]:
        """Of these, the ones that keep it from passing."""
        return self.ways & (HARD | set(cheats.WAYS))


def environment(folder: Path, packages: str) -> Path:
    """A Python that starts our agent, with the packages of that Python beside it."""
    told = subprocess.run([packages, "-c", FACTS], check=True, capture_output=True, text=True).stdout
    base, libraries = json.loads(told)
    subprocess.run([base, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    place_agent(site)
    (site / "packages.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return folder / "bin" / "python"


def made_at_home(folder: Path, python: Path) -> None:
    """The files that the student brings along, made where no agent looks."""
    text = (cheats.HERE / "at_home.py").read_text(encoding="utf-8")
    (folder / "home.py").write_text(cheats.given("torch") + text, encoding="utf-8")
    subprocess.run([str(python), "home.py"], cwd=folder, env=_environment(None), check=True, timeout=SECONDS)
    (folder / "home.py").unlink()


def missing(cheat: Cheat, python: Path) -> str:
    """What cannot be tried here, and why; empty when it can."""
    if need := next((need for need in cheat.requires if shutil.which(need) is None), ""):
        return f"{need} is not installed"
    needed = {"jax": "jax"}.get(cheat.given) or ("safetensors" if "safetensors" in cheat.text else "torch")
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({needed!r}) is None)"
    found = subprocess.run([str(python), "-c", look], env=_environment(None), check=False).returncode == 0
    return "" if found else f"{needed} is not in the run environment"


def is_together(cheat: Cheat) -> bool:
    """Whether it may run in a fork of a process that others share."""
    return cheat.family in TOGETHER and not cheat.at_home and not cheat.alone and cheat.given == "torch"


def together(chosen: Sequence[Cheat], folder: Path, *, python: str) -> dict[str, Attempt]:
    """Each of these by its name, from forks of one process that has loaded torch."""
    styles = []
    for cheat in chosen:
        path = folder / f"{cheat.name}.py"
        path.write_text(cheat.script(), encoding="utf-8")
        styles.append(Style(name=cheat.name, path=path))
    found = metered(styles, folder, python=python)
    return {
        cheat.name: Attempt(
            cheat=cheat,
            judgement=judge.judge(records=run.records, counters=run.counters, role="classifier"),
            records=run.records,
            stdout=run.stdout,
            stderr=run.stderr,
            code=run.code,
        )
        for cheat in chosen
        for run in [found[cheat.name]]
    }


def attempted(cheat: Cheat, folder: Path, *, python: Path, home: Path | None) -> Attempt:
    """Execute it in `folder` and judge what was recorded. One at a time in a process: the tree is the caller's."""
    work = folder / "work"
    shutil.copytree(home, work) if home and cheat.at_home else work.mkdir()
    (work / "given.py").write_text(cheats.given("jax" if cheat.given == "jax" else "torch"), encoding="utf-8")
    (work / "script.py").write_text(cheat.script(), encoding="utf-8")
    (folder / "handed").mkdir()
    page, config, journal = folder / "counters", folder / "agent.json", folder / "records.jsonl"
    with tempfile.TemporaryDirectory(prefix="vm") as short:  # socket paths are short by law
        told: dict[str, object] = {"socket": f"{short}/s", "counters": str(page), "handed": str(folder / "handed")}
        told |= {"files": {}, "cifar100": None, "smoke_steps": None, "tmp": short}
        told |= {"work": str(work), "handed_in": handed_in(work)}
        config.write_text(json.dumps(told), encoding="utf-8")
        witnesses = (Tree(folders=(work, Path(short))), Heartbeats(), Watching({"work": work}))
        with Recorder(Path(short) / "s", journal, page, witnesses=witnesses):
            done = subprocess.run(
                [str(python), "script.py"],
                cwd=work,
                env=_environment(config),
                text=True,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
    records = tuple(log.read_records(journal))
    judgement = judge.judge(records=records, counters=counters.read(page), role="classifier")
    return Attempt(
        cheat=cheat, judgement=judgement, records=records, stdout=done.stdout, stderr=done.stderr, code=done.returncode
    )


def _environment(config: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("VALIDATOR_AGENT", "PYTHONPATH")}
    own = {"VALIDATOR_AGENT": str(config)} if config else {}
    return {**kept, "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu", **own}
