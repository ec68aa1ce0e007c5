"""What kind of file a file is: by its first bytes where they tell, by its suffix otherwise.

Opens files and reads their first bytes; parses, unpickles and executes nothing.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from validator.evidence import FileKind

HEAD_BYTES = 512

_SUFFIXES: dict[FileKind, str] = {
    "paper": ".pdf",
    "notebook": ".ipynb",
    "source": ".py .pyi .pyx .sh .bat .ps1 .js .ts .c .cc .cpp .h .hpp .cu .java .r .jl .m .rs .go .lua",
    "image": ".png .jpg .jpeg .jfif .gif .bmp .webp .tif .tiff .svg .ico .heic .heif .avif .ppm .pgm .pbm .eps",
    "weights": ".pt .pth .pth.tar .ckpt .safetensors .h5 .hdf5 .keras .weights .npz .npy .pkl .pickle .joblib .onnx "
    ".tflite .pb .msgpack .bin .model .params .pdparams .caffemodel .gguf .orbax",
    "archive": ".zip .rar .7z .tar .gz .tgz .bz2 .tbz2 .xz .txz .zst .lz4 .cab .iso .jar .whl",
    "data": ".csv .tsv .json .jsonl .parquet .feather .arrow .mat .db .sqlite .xlsx .xls .tfrecord .tfevents .lmdb",
    "text": ".txt .md .markdown .rst .tex .bib .log .yml .yaml .toml .cfg .ini .html .htm .xml .css",
}
_KIND_OF: dict[str, FileKind] = {suffix: kind for kind, listed in _SUFFIXES.items() for suffix in listed.split()}

_OWN_WORD = frozenset({".pdf", ".ipynb", ".py"})
"""Suffixes of the files a rubric asks for: they are judged as what they claim to be, and flagged if they are not."""

_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x89HDF\r\n", "weights"),
    (b"\x93NUMPY", "weights"),
    (b"%PDF-", "paper"),
    (b"Rar!\x1a", "archive"),
    (b"7z\xbc\xaf\x27", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"\xfd7zXZ", "archive"),
)
_OFFICE = frozenset({".docx", ".pptx", ".odt", ".pages", ".epub"})


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def kind_of(name: str, head: bytes) -> FileKind:
    """The kind of a file with this name that starts with these bytes."""
    suffix = PurePosixPath(name.lower()).suffix
    by_suffix = _KIND_OF.get(suffix, "other")
    if name.lower().endswith(".pth.tar"):
        return "weights"
    if suffix in _OWN_WORD:
        return by_suffix
    seen = kind_of_bytes(head)
    if seen == "archive" and (by_suffix in ("weights", "data") or suffix in _OFFICE):
        return by_suffix
    if seen is None and suffix == ".bin":
        return "weights"
    return seen or by_suffix


def kind_of_bytes(head: bytes) -> FileKind | None:
    """The kind that the first bytes prove; None when they prove nothing."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image"
    if head[:2] == b"BM" and len(head) > 14 and head[6:10] == b"\0\0\0\0":
        return "image"
    if head.startswith(b"PK\x03\x04"):
        return "weights" if b"/data.pkl" in head[:128] or b".npy" in head[:64] else "archive"
    return "weights" if _is_tensor_file(head) else None


def disguise(name: str, head: bytes) -> FileKind | None:
    """The kind that the bytes prove where the suffix claims another; None when they agree or prove nothing."""
    seen = kind_of_bytes(head)
    claimed = _KIND_OF.get(PurePosixPath(name.lower()).suffix)
    if seen is None or claimed in (None, seen):
        return None
    return None if (claimed in ("weights", "data") and seen in ("archive", "weights")) else seen


def _is_tensor_file(head: bytes) -> bool:
    """A pickle of protocol 2 to 5, or a safetensors header (its length, then JSON)."""
    pickled = len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5
    length = int.from_bytes(head[:8], "little") if len(head) > 10 else 0
    return pickled or (0 < length < 100_000_000 and head[8:10] == b'{"')
