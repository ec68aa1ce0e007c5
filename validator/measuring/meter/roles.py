"""Which networks make up the model a role is judged by, and what each other one is: from evidence, never from names.

A classifier is what judged the images after its last update, with what is trained through it. A generative model is
all networks trained in its run. Knows no limit and adds no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from validator.measuring.meter import flow
from validator.measuring.meter.lineages import Line, Lineages, lineages, used_last
from validator.measuring.meter.log import Log
from validator.measuring.meter.trained import FREE_WRITES, Key, Looked, Trained

CLASSIFIER = "classifier"
FUNCTIONAL = ("slot", "jax", "raw")
"""Kinds of networks whose calls nobody can see: there is no module."""
MANY_IMAGES = 100


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one network is, in a word for programs and a sentence for people."""

    role: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays which part in one run."""

    counted: tuple[Line, ...] = ()
    repeated: tuple[Line, ...] = ()
    others: tuple[Line, ...] = ()
    """Trained, no repetition, and not part of the model."""
    parts: Mapping[Key, Part] = field(default_factory=dict)
    strangers: tuple[Looked, ...] = ()
    """Modules that judged or sampled in the place of what was trained, though no gradient ever reached them."""
    by_hand: tuple[Looked, ...] = ()
    """Modules whose values changed again and again, though no gradient ever reached them."""

    @property
    def networks(self) -> tuple[Trained, ...]:
        """The networks that count, each once."""
        return tuple({net.key: net for line in self.counted for net in line.nets}.values())


def cast(log: Log, role: str, *, several: bool = False) -> Cast:
    """Give every network its part; of `several` classifiers each counts, whichever judged the images last."""
    role = CLASSIFIER if several else role
    trained = [net for net in log.networks if net.trained]
    inputs = [net for net in trained if _is_input(net, trained, log)]
    same = [net for net in trained if net not in inputs and _stands_in(net, trained)]
    sorted_ = lineages(net for net in trained if net not in inputs and net not in same)
    lines = _with_handed_back(sorted_.lines, log)
    chosen = _classifier(lines, log) if role == CLASSIFIER and not several else list(lines)
    others = [line for line in lines if line not in chosen]
    frozen = list(flow.beside([net for line in chosen for net in line.nets], log))
    return Cast(
        counted=(*chosen, *(Line(nets=(net,)) for net, _ in frozen)),
        repeated=sorted_.repeated,
        others=tuple(others),
        parts={**_unmoved(log), **_parts(chosen, sorted_, others, log, role), **_apart(inputs, same, sorted_)}
        | {net.key: Part(role="frozen", why=why) for net, why in frozen},
        strangers=tuple(_strangers(chosen, log, role)),
        by_hand=tuple(tally for tally in log.looked if tally.net is None and tally.free_writes > FREE_WRITES),
    )


def _is_input(net: Trained, trained: Iterable[Trained], log: Log) -> bool:
    """Whether it is an image or a code that was optimised, not a model: one tensor, used with a trained network."""
    if net.fed:
        return True
    if net.kind not in FUNCTIONAL or net.tensors != 1:
        return False
    models = {other.name for other in trained if other.pid == net.pid and other.tensors != 1 and not other.fed}
    return any(pid == net.pid and net.name in names and names & models for pid, names, _ in log.together)


def _stands_in(net: Trained, trained: Iterable[Trained]) -> bool:
    """Whether a functional network is a module under another guise: the module's optimiser steps what it computes."""
    return net.kind == "slot" and any(
        other.pid == net.pid
        and other.kind == "module"
        and (other.parameters, other.tensors) == (net.parameters, net.tensors)
        and other.updates >= net.updates
        for other in trained
    )


def _with_handed_back(lines: Iterable[Line], log: Log) -> tuple[Line, ...]:
    """A network trained in a child process and used in another is that network: its images are those seen there."""
    found = []
    for line in lines:
        elsewhere = [
            tally.images_after
            for tally in log.looked
            if tally.net is None and tally.pid != line.pid and tally.label in line.head.classes
        ]
        more = max(elsewhere, default=0)
        found.append(line.with_images(more) if more > line.images_after else line)
    return tuple(found)


def _classifier(lines: tuple[Line, ...], log: Log) -> list[Line]:
    best = used_last(lines)
    return [] if best is None else [line for line in lines if line is best or _coupled(line, best, log)]


def _coupled(line: Line, best: Line, log: Log) -> bool:
    """Whether it feeds the other one, or most of its gradients came through computations that reached both."""
    if line.pid != best.pid:
        return False
    if any(flow.feeds(net, best.nets, log) for net in line.nets):
        return True
    ours, theirs = {net.name for net in line.nets}, {net.name for net in best.nets}
    shared = sum(n for pid, names, n in log.together if pid == line.pid and names & ours and names & theirs)
    return shared * 2 > sum(net.gradients for net in line.nets)


def _parts(chosen: list[Line], found: Lineages, others: list[Line], log: Log, role: str) -> dict[Key, Part]:
    parts: dict[Key, Part] = {}
    for line in others:
        why = "trained too, but another network judged the images"
        parts |= {net.key: Part(role="other", why=why) for net in line.nets}
    for line in found.repeated:
        why = "another training of the same architecture; the one that was used at the end counts"
        parts |= {net.key: Part(role="trial", why=why) for net in line.nets}
    for line in chosen:
        part = _part_of(line, chosen, log, role)
        earlier = Part(role="earlier", why=f"{part.why}: {line.head.name} goes on from its values")
        parts |= {net.key: part if net is line.head or line.churned else earlier for net in line.nets}
    return parts


def _part_of(line: Line, chosen: list[Line], log: Log, role: str) -> Part:
    if line.churned:
        return Part(role="model", why="one of many copies of the network that was trained, one copy a step or two")
    if len(chosen) == 1:
        judged = f", and judged {line.images_after:,} images afterwards" if line.images_after else ""
        return Part(role="model", why=f"the network that was trained{judged if role == CLASSIFIER else ''}")
    if role == CLASSIFIER and not any(_coupled(line, other, log) for other in chosen if other is not line):
        return Part(role="model", why=f"one of several that were trained, and judged {line.images_after:,} images")
    if role == CLASSIFIER:
        return Part(role="model", why="trained, and part of the model: its gradients come through the others")
    partner = next((other for other in chosen if _learns_from(line, other, log)), None)
    if partner is not None:
        return Part(role="discriminator", why=f"trained in turn with {partner.head.name}: part of the model")
    return Part(role="model", why="trained, and part of the model")


def _learns_from(line: Line, other: Line, log: Log) -> bool:
    """Whether the line is a critic of the other one: that one never learned without it, and it did alone."""
    if line is other or line.pid != other.pid or not line.overlaps(other):
        return False
    both = sum(n for pid, names, n in log.together if pid == line.pid and {line.head.name, other.head.name} <= names)
    theirs, ours = other.head.gradients, line.head.gradients
    sampled = other.images_after >= MANY_IMAGES and not line.images_after
    return (both * 10 >= theirs * 9 and ours > theirs * 1.1) or (sampled and not both)


def _apart(inputs: list[Trained], same: list[Trained], found: Lineages) -> dict[Key, Part]:
    """Networks that are none, or that another one stands for."""
    given = Part(role="input", why="a tensor that was given to a network and optimised: an input, not a model")
    twice = Part(role="same", why="the same parameters as a module's: counted there")
    rank = Part(role="rank", why="the same training in another process: counted once")
    doubt = "trained beside the one that counts, in another process and as often: whether they are one is not known"
    return {
        **{net.key: given for net in inputs},
        **{net.key: twice for net in same},
        **{net.key: rank for net in found.ranks},
        **{net.key: Part(role="trial", why=doubt) for net in found.unproven_ranks},
    }


def _unmoved(log: Log) -> dict[Key, Part]:
    """Networks that are known and were never updated."""
    frozen = "frozen: gradients pass through it, and its values never changed; apart from the model"
    held = "held by an optimiser that never changed it"
    return {
        net.key: Part(role="frozen", why=frozen if net.gradients else held) for net in log.networks if not net.trained
    }


def _strangers(chosen: list[Line], log: Log, role: str) -> Iterable[Looked]:
    """A decoy may be trained while something else judges. Says nothing where calls cannot be seen."""
    if any(net.kind in FUNCTIONAL and net.trained for net in log.networks):
        return
    trained_classes = {name for net in log.networks if net.trained for name in net.classes}
    best = max((line.images_after for line in chosen), default=0)
    for tally in log.looked:
        if tally.net is not None or tally.images_after < MANY_IMAGES or trained_elsewhere(tally, log):
            continue
        more = tally.images_after > best or (tally.images_after == best and tally.label not in trained_classes)
        if more if role == CLASSIFIER else not best and not _sees_images(tally):
            yield tally


def trained_elsewhere(tally: Looked, log: Log) -> Trained | None:
    """The network of another process that a module never trained here is: one of its class, trained there."""
    alike = (net for net in log.networks if net.pid != tally.pid and net.trained and tally.label in net.classes)
    return max(alike, key=lambda net: (net.ended_ns, net.key), default=None)


def _sees_images(tally: Looked) -> bool:
    """Whether it was fed pictures: a network that measures is, one that samples mostly is not."""
    return len(tally.shape) == 4 and tally.shape[1] in (1, 3) and min(tally.shape[2:]) > 4
