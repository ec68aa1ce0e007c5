"""A small cohort whose stages are the stand-in program, and how tests look at it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.slurm.cluster import Cluster
from validator.evidence import Evidence, Submission
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings
from validator.running.engines.slurm import Request
from validator.running.engines.slurm_standing import Standing
from validator.running.slurm_cohort import HandedIn, evidence_of, hand_in, survey

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),), device="cpu")
REQUEST = Request(walltime_minutes=10, memory="50M")
PATIENCE_SECONDS = 90.0


def until(said: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something to become true; a machine under load is slow, and a broken promise is never kept."""
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


@dataclass(frozen=True, kw_only=True)
class Cohort:
    cluster: Cluster
    program: tuple[str, ...]
    out: Path

    def hand_in(self, *names: str, plan: Plan = PLAN, **asked: object) -> HandedIn:
        given = [
            Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=self.out.parent / name)
            for name in names
        ]
        request = replace(REQUEST, **asked)  # type: ignore[arg-type]
        settings = Settings(plan=plan, out=self.out)
        return hand_in(given, settings, request, rubric="comp3547-2024", program=self.program)

    def standing(self, name: str) -> Standing:
        return survey(self.out)[name].standing

    def job(self, name: str) -> str:
        return survey(self.out, ask=False)[name].job

    def evidence(self, name: str) -> Evidence:
        found = evidence_of(survey(self.out)[name], self.out)
        assert found is not None
        return found

    def wait_until_over(self, *names: str) -> dict[str, Standing]:
        until(lambda: all(self.standing(name).over for name in names))
        return {name: self.standing(name) for name in names}

    def wait_until_begun(self, *names: str) -> None:
        until(lambda: all((self.out / name / "begun").exists() for name in names))

    def let_go(self, name: str) -> None:
        (self.out / name / "go").touch()

    def ran(self, name: str) -> list[str]:
        return [line.split()[0] for line in (self.out / name / "ran.txt").read_text().splitlines()]

    def cancel_all(self) -> None:
        jobs = {seen.job.partition("_")[0] for seen in survey(self.out, ask=False).values()}
        if jobs - {""}:
            self.cluster.call("scancel", "--quiet", *(jobs - {""}))
