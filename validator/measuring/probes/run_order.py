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
    known = _Known(layout, sorted(paths, key=place_of), sources)
    left_out = {path: why for path in paths if (why := known.why_not(path))}
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


class _Known:
    """The files by what asks for them, looked at once: a hand-in may hold thousands."""

    def __init__(self, layout: Layout, ordered: Sequence[str], sources: Sequence[Source]) -> None:
        self._read = {source.path: source for source in sources}
        digests = {entry.path: entry.sha256 for entry in layout.files}
        self._digests = {path: digests[path] for path in ordered if digests.get(path)}
        self._first = {digest: path for path, digest in reversed(self._digests.items())}
        stems = ((PurePosixPath(path).stem.lower(), path) for path in reversed(ordered) if _is_notebook(path))
        self._notebooks = dict(stems)
        self._starters, self._importers = _Users(), _Users()
        for source in self._read.values():
            for name in source.starts:
                self._starters.add(tuple(re.sub(r"^(\.{0,2}/|~/)*", "", name).split("/")), source.path)
            for item in source.imports:
                self._importers.add(tuple(filter(None, item.module.split("."))), source.path)

    def why_not(self, path: str) -> str:
        """Why this file is not executed by itself; empty when it is."""
        first = self._first.get(self._digests.get(path, ""), path)
        if first != path:
            return f"the same bytes as {first}"
        parts = PurePosixPath(path).parts
        user = self._starters.of(path, parts)
        if user:
            return f"started by {user}"
        if not path.lower().endswith(".py") or path not in self._read:
            return ""
        return self._why_no_script(path)

    def _why_no_script(self, path: str) -> str:
        does, whole = self._read[path].does, PurePosixPath(path)
        if does == "exported":
            original = self._notebooks.get(whole.stem.lower(), "")
            return f"{original} as text" if original else ""
        if whole.name in NEVER_STARTED:
            return "no script that is started"
        if not does:  # one that is no Python is run, and says so
            broken = any(flag.kind == "syntax-error" for flag in self._read[path].flags)
            return "" if broken else "it does nothing by itself"
        # `models.cnn` is any `.../models/cnn.py`; `from models import cnn` is read as an import of `models`, which is
        # also that of a folder.
        parts = whole.with_suffix("").parts
        user = self._importers.of(path, parts, parts[:-1])
        return f"imported by {user}" if user and does != "trains" else ""


class _Users:
    """Which file asks for a name first; two of each, since none is asked for by itself."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        self._count = 0

    def add(self, name: tuple[str, ...], user: str) -> None:
        """`user` asks for what this name, the last part of a path, can mean."""
        self._count += 1
        users = self._by.setdefault(name, []) if name else []
        if len(users) < 2 and all(user != known for _, known in users):
            users.append((self._count, user))

    def of(self, path: str, *wholes: tuple[str, ...]) -> str:
        """The first other file that asks for the end of one of these; empty when there is none."""
        ends = (whole[at:] for whole in wholes for at in range(len(whole)))
        users = [one for end in ends for one in self._by.get(end, ()) if one[1] != path]
        return min(users)[1] if users else ""


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")
