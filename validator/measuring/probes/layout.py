"""What the unpacked submission holds, and which file fills which role of the plan.

Knows names, kinds and digests; parses no file, knows no limit and no mark. A file under a wrong name still fills its
role, with a flag that says the right name, so that it can be measured.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from validator.evidence import FileEntry, Flag, Layout
from validator.measuring.probes import layout_kinds
from validator.measuring.probes.archive_names import is_checkpoint
from validator.measuring.probes.layout_names import Fit, Match, match, says_another, wanted_name
from validator.plan import Role

LISTED, MOST_OF_A_KIND = 5, 10

ANY_TEXT = ("", ".txt", ".md")
"""Endings that say nothing of what a file holds: a text of another name is not taken for the one that is missing."""

Filled = Mapping[str, Sequence[Match]]


def layout(
    *, root: Path | None, refused: Flag | None, flags: tuple[Flag, ...], submission_id: str, roles: tuple[Role, ...]
) -> Layout:
    """The layout of the files under `root`; of none when the archive was refused."""
    if root is None or refused is not None:
        return Layout(roles={role.name: () for role in roles}, many=_many(roles), refused=refused, flags=flags)
    paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    heads = {path.relative_to(root).as_posix(): layout_kinds.head_of(path) for path in paths}
    files = tuple(_entry(path, root=root, head=heads[path.relative_to(root).as_posix()]) for path in paths)
    top = _top_folder(files)
    filled = _filled(files, roles, top=top, submission_id=submission_id)
    seen = (
        *_place_flags(files, top),
        *_name_flags(filled, top=top, submission_id=submission_id),
        *_leftover_flags(files, roles, filled),
        *_content_flags(files, heads),
    )
    by_role = {name: tuple(one.path for one in matches) for name, matches in filled.items()}
    return Layout(files=files, roles=by_role, many=_many(roles), flags=(*flags, *_capped(seen)))


def _many(roles: Sequence[Role]) -> tuple[str, ...]:
    return tuple(role.name for role in roles if role.many)


def _entry(path: Path, *, root: Path, head: bytes) -> FileEntry:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    relative = path.relative_to(root).as_posix()
    kind = layout_kinds.kind_of(relative, head)
    return FileEntry(path=relative, bytes=path.stat().st_size, sha256=sha256, kind=kind)


def _top_folder(files: Sequence[FileEntry]) -> str:
    """The folders that everything lies in, such as `abcd12`; empty when files lie at the top."""
    folders = [PurePosixPath(file.path).parent.parts for file in files]
    shared = []
    for names in zip(*folders, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return "/".join(shared)


def _filled(
    files: Sequence[FileEntry], roles: Sequence[Role], *, top: str, submission_id: str
) -> dict[str, list[Match]]:
    """For each role the files that fill it, best first; a file fills the one role its name fits best."""
    filled: dict[str, list[Match]] = {role.name: [] for role in roles}
    for file in _candidates(files):
        found = (match(file.path, role, submission_id=submission_id) for role in roles)
        fits = [one for one in found if one is not None]
        if fits:
            best = min(fits, key=lambda one: (one.fit, -len(one.role.stem)))
            filled[best.role.name].append(best)
    for role in roles:
        if not filled[role.name]:
            filled[role.name] = _by_kind(files, roles, filled, role)
    for matches in filled.values():
        matches.sort(key=lambda one: _order(one, roles, top=top, submission_id=submission_id))
    return filled


def _candidates(files: Sequence[FileEntry]) -> list[FileEntry]:
    return [file for file in files if not is_checkpoint(PurePosixPath(file.path).parts)]


def _by_kind(files: Sequence[FileEntry], roles: Sequence[Role], filled: Filled, role: Role) -> list[Match]:
    """The only file left that could fill the role, when the role is the only one left that it could fill."""
    empty = [other for other in roles if not filled[other.name]]
    rivals = [other for other in empty if other.kind == role.kind or set(other.suffixes) & set(role.suffixes)]
    if len(rivals) > 1:
        return []
    free = _unassigned(files, filled)
    for suffix in [suffix for suffix in role.suffixes if suffix not in ANY_TEXT]:
        fitting = [file for file in free if PurePosixPath(file.path).suffix.lower() == suffix]
        if fitting:
            return [Match(path=fitting[0].path, role=role, fit=Fit.KIND)] if len(fitting) == 1 else []
    return []


def _unassigned(files: Sequence[FileEntry], filled: Filled) -> list[FileEntry]:
    taken = {one.path for matches in filled.values() for one in matches}
    return [file for file in _candidates(files) if file.path not in taken]


def _order(one: Match, roles: Sequence[Role], *, top: str, submission_id: str) -> tuple[int, bool, bool, int, int, str]:
    path = PurePosixPath(one.path)
    foreign = one.prefix.lower() != submission_id.lower()
    suffix = one.role.suffixes.index(path.suffix.lower())
    depth = len(path.relative_to(top).parts) if top else len(path.parts)
    return (one.fit, says_another(one, roles), foreign, depth, suffix, one.path)


def _place_flags(files: Sequence[FileEntry], top: str) -> Iterator[Flag]:
    if top and files:
        detail = f"all files lie in the folder {top!r}; they belong at the top of the archive"
        yield Flag(kind="nested-top-folder", detail=detail, where=top)


def _name_flags(filled: Filled, *, top: str, submission_id: str) -> Iterator[Flag]:
    for name, matches in filled.items():
        if len(matches) > 1 and not matches[0].role.many:
            listed = _some([one.path for one in matches])
            detail = f"{len(matches)} files could be the {name}: {listed}; the first is taken, remove the others"
            yield Flag(kind="several-candidates", detail=detail, where=matches[0].path)
        for one in matches if matches and matches[0].role.many else matches[:1]:
            yield from _flags_of(one, top=top, submission_id=submission_id)


def _flags_of(one: Match, *, top: str, submission_id: str) -> Iterator[Flag]:
    path = PurePosixPath(one.path)
    wanted = wanted_name(one.role, one.path, submission_id=submission_id)
    if not one.fit.named_right:
        detail = f"taken for the {one.role.name}; did you mean {wanted}? rename {path.name} to {wanted}"
        yield Flag(kind="misnamed", detail=detail, where=one.path)
    if path.suffix != path.suffix.lower():
        detail = f"the ending {path.suffix} should be {path.suffix.lower()}; rename {path.name} to {wanted}"
        yield Flag(kind="wrong-case-extension", detail=detail, where=one.path)
    if one.prefix and one.prefix.lower() != submission_id.lower():
        detail = f"{path.name} starts with {one.prefix!r}, the submission is called {submission_id!r}"
        yield Flag(kind="username-mismatch", detail=detail, where=one.path)
    if path.parent.as_posix() != (top or ".") and not one.role.folders:
        detail = f"lies in the folder {path.parent.as_posix()!r}; it belongs beside the other files"
        yield Flag(kind="misplaced", detail=detail, where=one.path)


def _leftover_flags(files: Sequence[FileEntry], roles: Sequence[Role], filled: Filled) -> Iterator[Flag]:
    """Files that fill no role although one they could fill is empty: a person must say which is which."""
    for file in _unassigned(files, filled):
        suffix = PurePosixPath(file.path).suffix.lower()
        empty = [role.name for role in roles if suffix in role.suffixes and not filled[role.name]]
        if empty:
            detail = f"its name does not say whether it is the {' or the '.join(empty)}, so it was not measured"
            kind = file.kind if file.kind in ("paper", "notebook", "source") else "file"
            yield Flag(kind=f"unassigned-{kind}", detail=detail, where=file.path)


def _capped(flags: Sequence[Flag]) -> Iterator[Flag]:
    """The first flags of each kind, then one that counts the rest: two thousand empty files are one observation."""
    counted: Counter[str] = Counter()
    for flag in flags:
        counted[flag.kind] += 1
        if counted[flag.kind] <= MOST_OF_A_KIND:
            yield flag
    for kind, number in counted.items():
        if number > MOST_OF_A_KIND:
            yield Flag(kind=kind, detail=f"and {number - MOST_OF_A_KIND} more like this")


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - LISTED} more" if len(paths) > LISTED else ""
    return ", ".join(paths[:LISTED]) + more


def _content_flags(files: Sequence[FileEntry], heads: Mapping[str, bytes]) -> Iterator[Flag]:
    same = defaultdict(list)
    for file in files:
        if file.bytes == 0:
            yield Flag(kind="empty-file", detail=f"{file.path} has no content (0 bytes)", where=file.path)
            continue
        same[file.sha256].append(file.path)
        seen = layout_kinds.disguise(file.path, heads[file.path])
        if seen is not None:
            detail = f"{file.path} starts like a file of kind {seen!r}, whatever its ending says"
            yield Flag(kind="disguised-file", detail=detail, where=file.path)
    for paths in same.values():
        if len(paths) > 1:
            detail = f"byte for byte the same: {_some(paths)}"
            yield Flag(kind="duplicate-content", detail=detail, where=paths[0])
