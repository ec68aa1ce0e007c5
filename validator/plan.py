"""What to measure and with which resources. Holds no limit of a rubric and no mark."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Literal

from validator import plain

MIB = 1024 * 1024
GIB = 1024 * MIB

Execute = Literal["full", "smoke", "static"]


RoleKind = Literal["paper", "notebook", "team", "split", "video", "requirements", "readme", "weights", "exercise"]
"""How the file of a role is read; a notebook is executed too."""

Naming = Literal["username", "plain", "any"]


@dataclass(frozen=True, kw_only=True)
class Role:
    """One expected file. `accept` lists spellings of the stem that cost nothing."""

    name: str
    kind: RoleKind
    stem: str
    suffixes: tuple[str, ...]
    accept: tuple[str, ...] = ()
    naming: Naming = "username"
    """`username`: `<username>-<stem><suffix>`; `plain`: `<stem><suffix>`; `any`: any name with one of the suffixes, the
    stem being only how the file is spoken of."""
    many: bool = False
    """Whether several files may fill it, each of which is read; of a notebook the first is executed."""
    each: bool = False
    """Whether all notebooks and scripts of the role are executed, one after the other in one folder."""
    folders: bool = False
    """Whether the file may lie in a folder of the archive."""


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """How much of an archive is believed (research: execution, section 2.3)."""

    archive_bytes: int = 200 * MIB
    entries: int = 2_000
    unpacked_bytes: int = GIB
    file_bytes: int = 300 * MIB
    ratio: int = 200
    """Unpacked over packed size, judged for members above 1 MiB."""
    depth: int = 12
    name_characters: int = 180


@dataclass(frozen=True, kw_only=True)
class PaperLimits:
    """What reading one PDF may use."""

    file_bytes: int = 50 * MIB
    pages: int = 40
    memory_bytes: int = 1536 * MIB
    cpu_seconds: int = 20
    wall_seconds: float = 24.0
    """Of one reader; the second, which confirms the first, leaves 30 for both."""


@dataclass(frozen=True, kw_only=True)
class RunLimits:
    """What executing one notebook may use."""

    wall_seconds: float = 4 * 3600.0
    cell_seconds: float | None = None
    """Wall limit of one cell, which is interrupted there while the cells after it run.

    None is three quarters of `wall_seconds`, for every cell but the last: an endless tuning cell must leave some time.
    """
    memory_bytes: int = 16 * GIB
    file_bytes: int = 4 * GIB
    disk_bytes: int = 20 * GIB
    """Files of one run together."""
    processes: int = 4096
    """Processes and threads of one run together: data loaders and their pools of threads add up."""
    output_bytes: int = 20 * MIB
    """Output kept in the executed notebook, over all cells."""
    together_seconds: float = 8 * 3600.0
    """Wall limit of all files together, where each file of a role is executed."""
    window_seconds: float = 1800.0
    """Wall limit of the harness's own cells (predictions, samples) after the student's."""


@dataclass(frozen=True, kw_only=True)
class RunEnvironment:
    """What notebooks can import besides the standard library."""

    packages: tuple[str, ...] = ()
    """Requirement lines such as `scipy<1.18`; none leaves notebooks in the harness's own Python."""
    requirements: Literal["never", "submission"] = "never"
    """Whether a submission's own requirements.txt is laid over that list."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to measure for one rubric. Two submissions under one plan are measured alike."""

    roles: tuple[Role, ...]
    execute: Execute = "full"
    smoke_steps: int = 3
    """Under `smoke`, optimiser steps to see of each loop before the cell is ended."""
    classifier_role: str = "classifier"
    classifier_data: str = "addnist"
    classifier_names: tuple[str, ...] = ()
    """Of a hand-in with several classifiers what each is called, from the fewest parameters to the most; each is scored
    under its name. They may be trained in one file of the role or in as many as there are names. Empty: one."""
    generator_role: str = "generator"
    generator_data: str = "cifar100"
    samples: int = 10_000
    neighbours: int = 8
    fid_fewest: int = 2_048
    """A FID of fewer images, generated or real, is refused: their covariance of 2,048 features is singular."""
    fid_protocols: tuple[Literal["pytorch-fid", "clean"], ...] = ("pytorch-fid", "clean")
    """Each takes the samples through the network once: minutes on a CPU."""
    seed: int = 20241
    device: str = "auto"
    archive: ArchiveLimits = field(default_factory=ArchiveLimits)
    paper: PaperLimits = field(default_factory=PaperLimits)
    run: RunLimits = field(default_factory=RunLimits)
    environment: RunEnvironment = field(default_factory=RunEnvironment)
    user_ids: str = r"[a-z][a-z0-9]*[0-9][a-z0-9]*"
    """Regular expression of a user id in small letters. In files that list people whatever else stands there may be a
    name, and is not kept."""

    @property
    def classifier_runs(self) -> tuple[str, ...]:
        """What the runs that may train a classifier are called: after the role, further files of it with a number."""
        more = range(2, len(self.classifier_names) + 1)
        return (self.classifier_role, *(f"{self.classifier_role}-{number}" for number in more))

    @property
    def materials(self) -> tuple[str, ...]:
        """The data sets that its roles need, and `weights` where samples are scored."""
        roles = {role.name for role in self.roles if role.kind == "notebook"}
        classifier = (self.classifier_data,) if self.classifier_role in roles else ()
        return (*classifier, *((self.generator_data, "weights") if self.generator_role in roles else ()))

    @property
    def each_roles(self) -> tuple[str, ...]:
        """Roles whose notebooks and scripts are all executed."""
        return tuple(role.name for role in self.roles if role.kind == "notebook" and role.each)

    def role(self, name: str) -> Role | None:
        """The role of that name."""
        return next((role for role in self.roles if role.name == name), None)

    def digest(self) -> str:
        """SHA-256 of the whole plan: part of the key under which measurements are kept."""
        text = json.dumps(plain.to_plain(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
