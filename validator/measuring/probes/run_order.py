"""Which notebooks and scripts of a role are executed, where each may be, and in which order. Knows names and imports.

A number that a name begins with decides first; then the step that its words name (preparing, training, evaluating),
then folder and name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from validator.evidence import Layout, Source

NEVER_STARTED = frozenset({"__init__.py", "setup.py", "conftest.py"})
NUMBERED = re.compile(
    r"\W*(?:(?:part|step|stage|phase|task|notebook|nb|experiment|exp|section|q|p|main|project)[\W_]*)?(\d{1,6})(?!\d)",
    re.IGNORECASE,
)
STEPS: tuple[tuple[int, str], ...] = (
    (0, r"data|dataset|datasets|prep|prepare|preparation|preprocess|preprocessing|processing|extract|extraction"),
    (0, r"download|clean|cleaning|eda|explore|exploration|exploratory|analysis|split|augment|augmentation|features?"),
    (2, r"eval|evaluate|evaluation|test|testing|infer|inference|predict|prediction|predictions|results?|compare"),
    (2, r"comparison|demo|plots?|plotting|visuali[sz]e|visuali[sz]ation|report|score|scores|metrics"),
)
TRAINING = 1
MOST_FILES = 20


@dataclass(frozen=True, kw_only=True)
class Order:
    """Paths in the order in which they are executed, and why each of the others is not."""

    executed: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The others with their reasons; empty where there are none."""
        return "; ".join(f"{path} ({why})" for path, why in self.left_out.items())


def order_of(layout: Layout, sources: Sequence[Source], role: str) -> Order:
    """Every notebook and script of the role that nothing else of the hand-in imports or starts."""
    paths = layout.roles.get(role, ())
    read = {source.path: source for source in sources}
    left_out = {path: why for path in paths if (why := _why_not(path, layout, paths, read))}
    wanted = sorted((path for path in paths if path not in left_out), key=place_of)
    if not wanted and paths:  # each imports another: the best by its name is executed, as where one is
        wanted = [paths[0]]
        left_out.pop(paths[0])
    left_out |= dict.fromkeys(wanted[MOST_FILES:], f"more than {MOST_FILES} files")
    return Order(executed=tuple(wanted[:MOST_FILES]), left_out=left_out)


def place_of(path: str) -> tuple[bool, int, int, tuple[str, ...], tuple[tuple[int, str], ...], str]:
    """What is compared to put files in order."""
    whole = PurePosixPath(path)
    number = NUMBERED.match(whole.stem)
    return (
        number is None,
        int(number[1]) if number else 0,
        _step(whole.stem),
        whole.parent.parts,
        _natural(whole.name),
        path,
    )


def _step(stem: str) -> int:
    """Whatever says that it trains is training, and so is what says nothing."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", stem)}
    if any(word.startswith("train") for word in words):
        return TRAINING
    return next((step for step, names in STEPS if any(re.fullmatch(names, word) for word in words)), TRAINING)


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """`model2` before `model10`."""
    parts = re.findall(r"(\d{1,18})|(\D+)", name.lower())
    return tuple((int(number), "") if number else (-1, word) for number, word in parts)


def _why_not(path: str, layout: Layout, paths: Sequence[str], read: Mapping[str, Source]) -> str:
    """Why this file is not executed by itself; empty when it is."""
    twin = _twin(path, layout, paths)
    if twin:
        return f"the same bytes as {twin}"
    user = next((other for other in read.values() if other.path != path and _is_started(path, other)), None)
    if user is not None:
        return f"started by {user.path}"
    if not path.lower().endswith(".py") or path not in read:
        return ""
    return _why_no_script(path, paths, read)


def _why_no_script(path: str, paths: Sequence[str], read: Mapping[str, Source]) -> str:
    does, name = read[path].does, PurePosixPath(path).name
    if does == "exported":
        stem = PurePosixPath(path).stem.lower()
        original = next((other for other in paths if other != path and PurePosixPath(other).stem.lower() == stem), "")
        return f"{original} as text" if original.lower().endswith(".ipynb") else ""
    if name in NEVER_STARTED:
        return "no script that is started"
    if not does:  # one that is no Python is run, and says so
        broken = any(flag.kind == "syntax-error" for flag in read[path].flags)
        return "" if broken else "it does nothing by itself"
    user = next((other for other in read.values() if other.path != path and _imports(other, path)), None)
    return f"imported by {user.path}" if user is not None and does != "trains" else ""


def _twin(path: str, layout: Layout, paths: Sequence[str]) -> str:
    """An earlier file of the role with the same bytes."""
    digests = {entry.path: entry.sha256 for entry in layout.files}
    before = sorted(paths, key=place_of)
    before = before[: before.index(path)]
    return next((other for other in before if digests.get(other) and digests.get(other) == digests.get(path)), "")


def _is_started(path: str, by: Source) -> bool:
    """By its name alone, or with some of its folders."""
    whole = f"/{path}"
    return any(whole.endswith("/" + re.sub(r"^(\.{0,2}/|~/)*", "", name)) for name in by.starts)


def _imports(source: Source, path: str) -> bool:
    """Whether an import of this file can mean that one: `models.cnn` is any `.../models/cnn.py`; `.cnn` any `cnn.py`.

    `from models import cnn` is read as an import of `models`, which is also that of a folder.
    """
    parts = PurePosixPath(path).with_suffix("").parts
    for item in source.imports:
        names = tuple(filter(None, item.module.split(".")))
        if names and names in (parts[-len(names) :], parts[:-1][-len(names) :]):
            return True
    return False
