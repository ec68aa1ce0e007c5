"""From the words of the command line to what `running` takes; every mistake is one message and exit code 2."""

from __future__ import annotations

from pathlib import Path

import click

from validator.cli import engine_options, environment, hand_in_times
from validator.cli.exits import UsageProblem
from validator.plan import Plan
from validator.running.cohort import Given, Settings
from validator.running.space import GIB, DiskFull, Floor, is_full


def submissions(path: Path, submitted: str, extensions: Path | None = None, out: Path | None = None) -> list[Given]:
    """The submissions under a path, with the time of the hand-in and the extension where an option says it."""
    from validator import intake

    try:
        found = intake.submissions(path)
    except intake.IntakeError as error:
        raise UsageProblem(str(error)) from error
    click.echo(f"{path}: {found.format} ({found.why}), {len(found.items)} submission(s)", err=True)
    for note in found.notes:
        click.echo(f"{path}: {note}", err=True)
    for name, why in found.refused:
        click.echo(f"{name}: not a submission, left alone: {why}", err=True)
    timed = hand_in_times.with_times([item.submission for item in found.items], submitted)
    extended = hand_in_times.with_extensions(timed, extensions, out=out)
    return [Given(submission=one, path=item.given) for one, item in zip(extended, found.items, strict=True)]


def settings(
    *,
    plan: Plan,
    out: Path,
    jobs: int | None,
    gpus: str,
    per_gpu: int,
    data: Path | None,
    weights: Path | None,
    lookalike: bool,
    strict: bool,
    force: bool,
    keep_free: float,
    env: str = "auto",
) -> tuple[Settings, tuple[str, ...]]:
    """How to measure, and what was named but is incomplete (said on stderr; the rest is measured as usual)."""
    from validator.measuring.datasets import DataError
    from validator.running.materials import Materials, materials

    wish = engine_options.wished(jobs=jobs, gpus=gpus, per_gpu=per_gpu, device=plan.device)
    _writable(out)
    try:
        static = plan.execute == "static"
        found = (
            Materials(data_key="", weights_key="", missing=())
            if static
            else materials(data=data, weights=weights, lookalike=lookalike, wanted=plan.materials)
        )
    except DataError as error:
        raise UsageProblem(str(error)) from error
    if not static:
        _readable_inside(data)
    for message in found.missing:
        click.echo(message, err=True)
    if strict and found.missing:
        raise UsageProblem("--strict: the files named above are missing; nothing was measured")
    made = Settings(
        plan=plan,
        out=out,
        data=data,
        weights=weights,
        data_key=found.data_key,
        weights_key=found.weights_key,
        lookalike=lookalike,
        jobs=wish.jobs,
        gpus=wish.gpus,
        per_gpu=wish.per_gpu,
        force=force,
        environment=None if static else environment.choice(env, plan.environment),
        kept_free_bytes=int(keep_free * GIB),
    )
    return made, found.missing if data is not None else ()


def _readable_inside(data: Path | None) -> None:
    """Root's notebooks run as an account without rights: said once, before every one of them fails for it."""
    from validator.measuring.probes.run_box import data_paths
    from validator.measuring.sandbox import Walls, walls

    made = Walls(tier="T3", readable=data_paths(data), uid=walls.own_uid())
    closed = walls.unreachable(made)
    if closed:
        raise UsageProblem(
            f"--data {data}: notebooks run as an account without rights, which may not read {', '.join(closed[:3])}; "
            f"chmod -R o+rX {data}, or run as an ordinary user"
        )


def _writable(out: Path) -> None:
    probe = out / ".writable"
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        if is_full(error):
            raise DiskFull(Floor(folder=out).message()) from error
        raise UsageProblem(f"--out {out}: cannot be written ({error.strerror}); name another folder") from error
