"""The files that are neither paper nor code, each read by the module named after its role's kind.

`document_<kind>.py` has `read(*, root, path, role, task) -> Document`. A new kind is one such file, and its word in
`plan.RoleKind`.
"""

from __future__ import annotations

import importlib

from validator.evidence import Document, Layout
from validator.measuring.probes.task import Task

ELSEWHERE = ("paper", "notebook")
"""Kinds that have stages of their own."""


def documents(task: Task, layout: Layout) -> tuple[Document, ...]:
    """One document for each role that a file fills, or one for each file where the role may have many."""
    found = []
    for role in task.plan.roles:
        if role.kind in ELSEWHERE:
            continue
        reader = importlib.import_module(f"{__package__}.document_{role.kind}")
        paths = layout.roles.get(role.name, ())
        for path in paths if role.many else paths[:1]:
            found.append(reader.read(root=task.unpacked, path=path, role=role, task=task))
    return tuple(found)
