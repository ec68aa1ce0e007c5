"""Whether the values of one network changed since a gradient evaluation reached them.

A change shows in the key of a tensor (its version counter and its address), else in its content, compared with a copy
kept for as long as keys have lately been silent. While there is a copy, a key that moved is no proof: a step at a rate
of zero writes the same values again. Knows tensors; nothing of networks, optimisers or records.
"""

from __future__ import annotations

import weakref
from operator import ne
from typing import Any

import torch

from .keys import differing, keys_of, same
from .leaves import outside_of_modes
from .pending import Group
from .widest import Widest

CALM = 16
"""Changes in a row that the key alone told, with no silent check between, before the copies are dropped."""


class Values:
    """What is pending of one network: reached by an evaluation, and not seen to change since."""

    def __init__(self) -> None:
        self.pending: dict[tuple[int, ...], Group] = {}
        self._ids: set[int] = set()
        self.content = True
        """Whether copies are kept. At first they are: nothing is known yet of how this network is updated."""
        self.doubt = False
        """Whether copies are kept for good, because keys move without a change."""
        self._calm = 0
        self._copies: dict[int, tuple[Any, Any]] = {}
        self._last: Group | None = None
        self.open = False
        """Whether what was evaluated last was not seen to change since."""
        self.unverified = 0
        self._changes = Widest()

    def widest(self) -> int:
        """The largest number of changes that a single tensor took."""
        return self._changes.most()

    def arrive(self, key: tuple[int, ...], tensors: list[Any]) -> str | None:
        """An evaluation is about to reach these tensors: how an earlier change was noticed, or None.

        Afterwards they are pending. `key` names them: their identities, in order.
        """
        versions, pointers = keys_of(tensors)
        group = self.pending.get(key)
        if group is not None and len(self.pending) == 1 and group.versions != versions and group.copies is None:
            by: str | None = "key"
            self._changes.changed(key, group.versions, versions)
            self._told_by_key()
        else:
            by = self.settle()
            if by is None and self.pending:
                self._silent()
        if by is None and group is not None:
            return None
        self._expect(key, tensors, versions, pointers)
        return by

    def settle(self) -> str | None:
        """Whether anything pending has changed: `key`, `content` or None; a change ends all that is pending."""
        if not self.pending:
            return None
        if len(self.pending) == 1 and self._all_by_key():
            return "key"
        by = None
        for key, group in list(self.pending.items()):
            tensors = group.tensors()
            if any(tensor is None for tensor in tensors):
                key, group = self._without_the_dead(key, group)  # noqa: PLW2901
                tensors = group.tensors()
            how = self._how(key, group, tensors)
            by = how if by is None or how == "key" else by
        if by is None:
            if self.content:
                self._calm = 0
            return None
        self.forget()
        if by == "key":
            self._told_by_key()
        else:
            self._calm = 0
        return by

    def _how(self, key: tuple[int, ...], group: Group, tensors: list[Any]) -> str | None:
        """How a change of this group shows; where copies are kept, a key that moved is none by itself."""
        versions, pointers = keys_of(tensors)
        moved = "key" if versions != group.versions or pointers != group.pointers else "content"
        if group.copies is not None:
            if self._content_changed(key, group, tensors):
                return moved
            group.versions = versions
            return None
        if moved == "content":
            return None
        before, now = (group.versions, versions) if versions != group.versions else (group.pointers, pointers)
        self._changes.changed(key, before, now)
        return moved

    def _all_by_key(self) -> bool:
        """The common case first: every tensor that is pending was written, and its version says so."""
        ((key, group),) = self.pending.items()
        if group.copies is not None:
            return False
        try:
            versions = [tensor._version for tensor in group.tensors()]
        except Exception:  # one is gone, or has no version
            return False
        if not all(map(ne, versions, group.versions)):
            return False
        self._changes.all_changed(key)
        self._told_by_key()
        return True

    def moved(self) -> bool:
        """Whether a key of anything pending has moved: a cheap look that settles nothing."""
        for group in self.pending.values():
            tensors = [tensor for tensor in group.tensors() if tensor is not None]
            if len(tensors) == len(group.versions) and keys_of(tensors) != (group.versions, group.pointers):
                return True
        return False

    def kept(self) -> list[Any] | None:
        """Copies of the values that the last evaluation found, while they are kept."""
        return self._last.copies if self._last is not None else None

    def last_values(self) -> list[Any]:
        """The values that the last evaluation found, or what its tensors hold now; empty when they are gone."""
        if self._last is None:
            return []
        tensors = self._last.copies or self._last.tensors()
        return [] if any(tensor is None for tensor in tensors) else tensors

    def replace(self, key: tuple[int, ...], tensors: list[Any]) -> bool:
        """An evaluation reaches other tensors that stand for these: whether their values differ from the last."""
        copies = self.kept()
        with outside_of_modes():
            differs = copies is not None and not all(map(same, tensors, copies))
        self.forget()
        self._calm = 0
        versions, pointers = keys_of(tensors)
        self._expect(key, tensors, versions, pointers)
        return differs

    def watch(self) -> None:
        """Compare content from now on; what is pending now is taken as unchanged until now."""
        if self.content:
            return
        self.content, self._calm = True, 0
        for group in self.pending.values():
            self._copy(group, group.tensors())

    def forget(self) -> None:
        """Nothing is pending any more."""
        self.open = False
        self.pending.clear()
        self._ids.clear()

    def _silent(self) -> None:
        """An evaluation found every key as the last one left it: without copies nobody can tell."""
        self._calm = 0
        if not self.content:
            self.unverified += 1
            self.watch()

    def _told_by_key(self) -> None:
        self.forget()
        if self.content:
            self._calm += 1
            if self._calm >= CALM and not self.doubt:
                self.content = False
                self._copies.clear()
                if self._last is not None:
                    self._last.copies = None

    def _expect(self, key: tuple[int, ...], tensors: list[Any], versions: list[int], pointers: list[int]) -> None:
        if self._ids and not self._ids.isdisjoint(key):
            fresh = [place for place, name in enumerate(key) if name not in self._ids]
            if not fresh:
                return
            key = tuple(key[place] for place in fresh)
            tensors = [tensors[place] for place in fresh]
            versions, pointers = [versions[place] for place in fresh], [pointers[place] for place in fresh]
        group = Group(tensors)
        group.versions, group.pointers = versions, pointers
        self._ids.update(key)
        self.open = True
        self.pending[key] = self._last = group
        if self.content:
            self._copy(group, tensors)

    def _copy(self, group: Group, tensors: list[Any]) -> None:
        """Keep the content of these tensors as it is now."""
        if any(tensor is None for tensor in tensors):
            return
        with outside_of_modes():
            group.copies = [self._room(tensor) for tensor in tensors]
            torch._foreach_copy_(group.copies, [tensor.detach() for tensor in tensors])

    def _room(self, tensor: Any) -> Any:
        held = self._copies.get(id(tensor))
        if held is not None and held[0]() is tensor:
            room = held[1]
            if room.shape == tensor.shape and room.dtype == tensor.dtype and room.device == tensor.device:
                return room
        room = torch.empty_like(tensor.detach())
        self._copies[id(tensor)] = (weakref.ref(tensor), room)
        return room

    def _content_changed(self, key: tuple[int, ...], group: Group, tensors: list[Any]) -> bool:
        with outside_of_modes():
            changed = differing(tensors, group.copies or [])
        if any(changed):
            self._changes.changed(key, [False] * len(changed), changed)
            return True
        group.pointers = keys_of(tensors)[1]
        return False

    def _without_the_dead(self, key: tuple[int, ...], group: Group) -> tuple[tuple[int, ...], Group]:
        alive = [place for place, reference in enumerate(group.references) if reference() is not None]
        rest = Group([])
        rest.references = [group.references[place] for place in alive]
        rest.versions = [group.versions[place] for place in alive]
        rest.pointers = [group.pointers[place] for place in alive]
        rest.copies = [group.copies[place] for place in alive] if group.copies is not None else None
        del self.pending[key]
        key = tuple(key[place] for place in alive)
        if alive:
            self.pending[key] = rest
        return key, rest
