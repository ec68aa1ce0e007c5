"""A cohort: every submission measured in its own processes, a few at a time, nothing lost when one of them breaks.

Every submission has a thread that mostly waits; the engine's slots decide which stage of which submission runs next.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from validator import __version__, evidence
from validator.evidence import Evidence, Fault, Harness, Layout, Submission
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import tiers, walls
from validator.plan import Plan
from validator.running import batch, sweeping
from validator.running.engines.gpus import Gpu
from validator.running.engines.local import Interrupted, LocalEngine
from validator.running.environments.choosing import Choice
from validator.running.files import real_folder, write_atomically
from validator.running.one import EngineForOne, Step, Watch
from validator.running.parent import be_the_head
from validator.running.space import KEPT_FREE_BYTES, DiskFull, Floor, is_full
from validator.running.stages import planned
from validator.running.submission import Measuring, Surroundings
from validator.running.versions import run_extra_missing, versions

Tell = Callable[[str, str], None]
"""Called with a submission's id and one line on what happens to it, from any thread."""

MOST_THREADS = 512


@dataclass(frozen=True, kw_only=True)
class Given:
    """One submission as it was handed in."""

    submission: Submission
    path: Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a cohort is measured."""

    plan: Plan
    out: Path
    data: Path | None = None
    weights: Path | None = None
    data_key: str = ""
    """Digest of what the data folder holds: other data, other measurements."""
    weights_key: str = ""
    tier: str = ""
    """The sandbox tier to execute in; empty for the best that works where it is executed."""
    lookalike: bool = False
    jobs: int = 1
    """Stages that run at a time."""
    gpus: tuple[Gpu, ...] = ()
    """Over which executing and scoring are spread; empty leaves every stage all that is there."""
    per_gpu: int = 1
    force: bool = False
    environment: Choice | None = None
    """What notebooks run in; None leaves them in the harness's own Python, without a record of it."""
    kept_free_bytes: int = KEPT_FREE_BYTES
    """Free space under `out` below which no stage is started."""

    @property
    def floor(self) -> Floor:
        """The same, as what is asked before each stage."""
        scratch = None if self.plan.execute == "static" else walls.scratch_root()
        return Floor(folder=self.out, scratch=scratch, kept_free_bytes=self.kept_free_bytes)


def _nobody_watches(step: Step) -> None:
    """For a caller that shows nothing."""


def measured(
    given: Sequence[Given],
    settings: Settings,
    *,
    tell: Tell,
    engine: LocalEngine | None = None,
    watch: Watch = _nobody_watches,
) -> Generator[Evidence]:
    """Measure each submission and yield its evidence as soon as it is complete, in order of completion.

    Raises Interrupted after the running stages have been ended when the consumer is interrupted (Ctrl-C), and
    DiskFull when the disk is full and what ran has ended. In both cases a next call goes on where this one stopped.
    """
    be_the_head()
    sweeping.sweep_scratch(walls.scratch_root(), Path(tempfile.gettempdir()))
    settings.out.mkdir(parents=True, exist_ok=True)
    for told in sweeping.swept(settings.out):
        tell(*told)
    stages = [batch.Planned(id=each.submission.id, stages=planned(settings.plan)) for each in given]
    used = engine or LocalEngine(slots=settings.jobs, gpus=settings.gpus, per_gpu=settings.per_gpu)
    with batch.opened(settings.out, planned=stages, jobs=settings.jobs) as opened:
        try:
            around = surroundings(settings, used, batch_name=opened.name)
            yield from _measured(given, settings, around, used, tell=tell, watch=watch)
        finally:
            if engine is None:
                used.close()


def surroundings(settings: Settings, engine: LocalEngine, *, batch_name: str = "") -> Surroundings:
    """What is the same for every submission under these settings."""
    return Surroundings(
        engine=engine,
        versions=versions(),
        data_key=settings.data_key,
        weights_key=settings.weights_key,
        force=settings.force,
        heavy_missing=run_extra_missing(),
        environment=settings.environment,
        floor=settings.floor,
        batch=batch_name,
    )


def _measured(
    given: Sequence[Given], settings: Settings, around: Surroundings, engine: LocalEngine, *, tell: Tell, watch: Watch
) -> Iterator[Evidence]:
    with ThreadPoolExecutor(max_workers=max(1, min(len(given), MOST_THREADS))) as threads:
        waiting = {threads.submit(_on_engine, engine, each, settings, around, tell=tell, watch=watch) for each in given}
        try:
            yield from _as_completed(waiting)
        except BaseException:
            engine.stop()
            threads.shutdown(wait=True, cancel_futures=True)
            raise


def _on_engine(
    engine: LocalEngine, given: Given, settings: Settings, around: Surroundings, *, tell: Tell, watch: Watch
) -> Evidence:
    """One submission, with its own view of the engine that all share."""
    identity = given.submission.id
    view = EngineForOne(engine, submission=identity, home=settings.out / identity, watch=watch)
    try:
        return _one(given, settings, dataclasses.replace(around, engine=view), tell)
    finally:
        view.done()


def measured_alone(given: Given, settings: Settings, *, tell: Tell, engine: LocalEngine) -> Evidence:
    """Measure one submission in this thread; others of the cohort are measured elsewhere at the same time.

    Touches nothing outside the submission's own folder. Raises Interrupted after `engine.stop()`, DiskFull, and
    SandboxError where the wished tier cannot be had.
    """
    be_the_head()
    sweeping.sweep_scratch(walls.scratch_root())
    if settings.plan.execute != "static":  # the tier of where it is executed is part of what a run depends on
        settings = dataclasses.replace(settings, tier=tiers.choose(settings.tier or "auto"))
    return _one(given, settings, surroundings(settings, engine), tell)


def given_up(given: Given, settings: Settings, what: str) -> Evidence:
    """Record that the harness could not measure this submission; the evidence holds the fault and nothing else."""
    return _faulty(_task(given, settings), Fault(stage="cohort", what=what))


def _as_completed(waiting: set[Future[Evidence]]) -> Iterator[Evidence]:
    """Short waits, so that Ctrl-C reaches the main thread between them.

    On a full disk nothing more is begun; what runs is waited for, and yielded when it could be kept.
    """
    full: DiskFull | None = None
    while waiting:
        done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                found = future.result()
            except CancelledError:
                continue
            except DiskFull as error:
                full = full or error
                for other in waiting:
                    other.cancel()
                continue
            yield found
    if full:
        raise full


def _task(given: Given, settings: Settings) -> Task:
    home = settings.out / given.submission.id
    return Task(
        submission=given.submission,
        given=str(given.path.resolve()),
        home=str(home.resolve()),
        plan=settings.plan,
        data=str(settings.data.resolve()) if settings.data else None,
        weights=str(settings.weights.resolve()) if settings.weights else None,
        tier=settings.tier,
        lookalike=settings.lookalike,
    )


def _one(given: Given, settings: Settings, around: Surroundings, tell: Tell) -> Evidence:
    """One submission; whatever goes wrong around it is a fault of the harness and stops no other."""
    task = _task(given, settings)
    try:
        return Measuring(task, around, lambda line: tell(given.submission.id, line)).evidence()
    except (Interrupted, DiskFull):
        raise
    except Exception as error:
        if is_full(error):
            raise DiskFull(settings.floor.message()) from error
        tell(given.submission.id, f"harness error: {error}")
        fault = Fault(stage="cohort", what=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
        return _faulty(task, fault)


def _faulty(task: Task, fault: Fault) -> Evidence:
    text = evidence.dumps(
        Evidence(
            schema=evidence.SCHEMA,
            harness=Harness(version=__version__),
            submission=task.submission,
            layout=Layout(),
            faults=(fault,),
        )
    )
    with contextlib.suppress(OSError):  # a full disk is a fault of this one, and the others go on
        real_folder(Path(task.home))
        write_atomically(Path(task.home) / "evidence.json", text.encode())
    return evidence.loads(text)
