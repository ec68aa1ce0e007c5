"""Sentences: one file an idea; the id is the address (`sentences/test_accuracy.py` is `test-accuracy`). No registry.

A sentence is a module. `TITLE` names what is measured, for those who may not see the numbers; `READINGS` names the
readings it uses, the one without which there is nothing to say first; `say(told)` yields sentences once that one is
there, each with its interval, what chance or real images give, and what it does not mean. `tables(told)`, where a
module has it, yields tables, with or without the first reading. No marks and no grades: a marker decides.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from validator.marking.report import Table
from validator.marking.told import Told


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence as its module declares it."""

    id: str
    page: str
    title: str
    readings: tuple[str, ...]
    say: Callable[[Told], Iterator[str]]
    tables: Callable[[Told], Iterator[Table]]


@functools.cache
def sentence_ids() -> tuple[str, ...]:
    """The address of every sentence, sorted; found by listing the folder, without importing one."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


@functools.cache
def find_sentence(address: str) -> Sentence:
    """The sentence at this address. Raises LookupError."""
    if address not in sentence_ids():
        raise LookupError(f"no sentence {address!r}")
    module = importlib.import_module(f"{__name__}.{address.replace('-', '_')}")
    return Sentence(
        id=address,
        page=(module.__doc__ or "").strip(),
        title=module.TITLE,
        readings=tuple(module.READINGS),
        say=lambda told: map(_capitalised, module.say(told)),
        tables=getattr(module, "tables", _no_tables),
    )


def _capitalised(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"


def _no_tables(told: Told) -> Iterator[Table]:
    return iter(())
