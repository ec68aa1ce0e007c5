"""A PyTorch checkpoint's names, shapes and dangers, read without loading it. Knows no torch.

Format of today: a zip whose `data.pkl` describes the tensors (values lie beside it); older: several pickles in a row.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.measuring.probes.weights_found import (
    NAME_CHARACTERS,
    FoundWeights,
    Place,
    Tensor,
    WeightsProblem,
    plain_text,
)
from validator.measuring.probes.weights_notes import Call, Global, Noted, Persistent, children
from validator.measuring.probes.weights_pickle import MOST_ITEMS, PICKLE_BYTES, PickleProblem, noted

ZIP_START, LEGACY_START = b"PK\x03\x04", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
LEGACY_PICKLES, DESCRIPTION = 5, 3
"""An older file begins with a magic number, a version and the machine; the fourth pickle describes the tensors."""
MOST_MEMBERS = 50_000
TABLE_BYTES, TAIL_BYTES = 16 * 1024 * 1024, 70_000
"""Of a zip's table of contents, and of its end, in which the size of that table stands."""
DEPTH = 12
PLAIN = ("_rebuild_tensor", "_rebuild_tensor_v2")
REBUILDS = (*PLAIN, "_rebuild_qtensor")
PARAMETER = ("_rebuild_parameter", "_rebuild_parameter_with_state")
STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}


def read_zip(file: Path) -> FoundWeights:
    """The zip format. Raises WeightsProblem."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise WeightsProblem(f"a zip of more than {MOST_MEMBERS:,} entries")
            found = [member for member in members if member.filename.rpartition("/")[2] == "data.pkl"]
            if len(found) != 1:
                raise WeightsProblem("a zip without the description of tensors that PyTorch writes")
            if found[0].file_size > PICKLE_BYTES:
                raise WeightsProblem(f"its description has {found[0].file_size:,} bytes; not read")
            with archive.open(found[0]) as member:
                content = member.read(PICKLE_BYTES + 1)
    except WeightsProblem:
        raise
    except Exception as error:  # every decompressor has errors of its own: LZMA, bzip2, deflate
        raise WeightsProblem("a zip that cannot be opened: the file is not whole") from error
    return _found("PyTorch", [_noted(io.BytesIO(content))])


def check_table(file: Path) -> None:
    """Refuse a table of contents that would fill the memory, before anything reads it."""
    with file.open("rb") as opened:
        size_bytes = opened.seek(0, 2)
        opened.seek(max(0, size_bytes - TAIL_BYTES))
        tail = opened.read(TAIL_BYTES)
    end, far_end = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    table_bytes = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if table_bytes == 2**32 - 1 and far_end >= 0:
        table_bytes = int.from_bytes(tail[far_end + 40 : far_end + 48], "little")
    if table_bytes > TABLE_BYTES:
        raise WeightsProblem(f"its table of contents says it has {table_bytes:,} bytes")


def read_pickles(file: Path) -> FoundWeights:
    """The older format, and any other pickle. Raises WeightsProblem."""
    with file.open("rb") as opened:
        content = opened.read(PICKLE_BYTES)
    stream = io.BytesIO(content)
    legacy = content.startswith(LEGACY_START)
    pickles = [_noted(stream) for _ in range(LEGACY_PICKLES if legacy else 1)]
    return _found("PyTorch, before version 1.6" if legacy else "a pickle", pickles)


def _noted(stream: io.BytesIO) -> Noted:
    try:
        return noted(stream)
    except PickleProblem as error:
        raise WeightsProblem(f"{error}: the file is damaged, or no checkpoint") from error


def _found(form: str, pickles: list[Noted]) -> FoundWeights:
    described = pickles[DESCRIPTION if len(pickles) > 1 else 0]
    names = dict.fromkeys(one.dotted for pickle in pickles for one in pickle.globals)
    return FoundWeights(form=form, tensors=tuple(_tensors(described.built)), globals=tuple(names))


def _tensors(built: Any) -> Iterator[Tensor]:
    """Every tensor with its dotted name; bounded, since a note may hold itself."""
    left = MOST_ITEMS
    waiting: list[tuple[str, Any, int]] = [("", built, 0)]
    seen: set[int] = set()
    while waiting and left:
        left -= 1
        name, item, depth = waiting.pop()
        tensor = _tensor(name, item)
        if tensor is not None:
            yield tensor
        elif depth < DEPTH and id(item) not in seen:
            seen.add(id(item))
            below = list(itertools.islice(children(item), left + 1))
            waiting += [(_below(name, key), one, depth + 1) for key, one in reversed(below)]


def _below(name: str, key: Any) -> str:
    """The dotted name of what stands under this key; a key that is no text adds nothing."""
    return f"{name}.{plain_text(key)}".strip(".")[-NAME_CHARACTERS:] if isinstance(key, str) else name


def _tensor(name: str, item: Any) -> Tensor | None:
    """The tensor that this call would rebuild, where it is such a call."""
    if not isinstance(item, Call) or not isinstance(item.function, Global):
        return None
    arguments = item.arguments if isinstance(item.arguments, tuple) else ()
    if item.function.name in PARAMETER and arguments:
        return _tensor(name, arguments[0])
    if item.function.name not in REBUILDS or len(arguments) < 4 or not isinstance(arguments[2], tuple):
        return None
    shape = tuple(size for size in arguments[2] if isinstance(size, int) and 0 <= size < 2**48)
    return Tensor(name=name, shape=shape[:16], dtype=_dtype(arguments[0]), place=_place(item.function.name, arguments))


def _place(call: str, arguments: tuple[Any, ...]) -> Place | None:
    """Where the values lie; None for numbers with a scale of their own, and where the call does not say it plainly."""
    key = _key(arguments[0])
    start, strides = arguments[1], arguments[3]
    if call not in PLAIN or len(key) < 3 or not isinstance(key[2], str) or not isinstance(strides, tuple):
        return None
    if type(start) is not int or not all(type(stride) is int for stride in strides):
        return None
    return Place(storage=key[2], start=start, strides=strides)


def _key(storage: Any) -> tuple[Any, ...]:
    """What the file says of a storage: a word, its class, its name in the file, its device, how many numbers."""
    key = storage.key if isinstance(storage, Persistent) else None
    return key if isinstance(key, tuple) else ()


def _dtype(storage: Any) -> str:
    key = _key(storage)
    kind = key[1] if len(key) > 1 else None
    return STORAGES.get(kind.name, "") if isinstance(kind, Global) else ""
