"""A submission's requirements.txt: names, extras, versions and markers are taken, every other line is refused.

The file is a stranger's: an address, a path, an option or a nested file would make the installer fetch and execute
what the stranger chose. Knows no installer.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

FILE_BYTES = 64 * 1024
LINES = 1000
PACKAGES = 800
"""A list of everything that is installed has hundreds."""
SHOWN_CHARACTERS = 80
NAME_CHARACTERS, LINE_CHARACTERS = 100, 500
BYTE_ORDERS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""How a file says its encoding; PowerShell writes UTF-16."""

RULES: tuple[tuple[str, str, str], ...] = (
    (r"-r\b|--requirement|-c\b|--constraint", "names another file", "copy its lines into this one"),
    (r"-e\b|--editable", "installs from a folder", "name a published package and its version"),
    (r"-i\b|--(extra-)?index-url|-f\b|--find-links|--trusted-host|--no-index", "chooses an index", "remove the line"),
    (r"-", "an option line", "remove the line; options of pip are not taken"),
    (r"(git|hg|svn|bzr)\+|.*://", "an address", "name a published package and its version"),
    (r"[^;]*\s@|[^;\s]+@", "an address", "write the package as name==version"),
    (r"[./~\\]|[A-Za-z]:[\\/]|.*\.(whl|zip|tar|tar\.\w+|tgz)\s*(;|$)|[^;]*[/\\]", "a path", "name a published package"),
    (r".*\s--?[a-z]", "an option after the requirement", "leave the name and version only"),
    (r".*\$\{?\w", "a variable", "write the version itself"),
)
"""What a refused line starts with, what it is, and what to write in its place; tried in this order."""

COPY = re.compile(r"([\w.-]{1,100}(?:\[[\w,. -]{0,100}\])?)\s{0,9}@\s{0,9}file:\S+(?:\s*;.*)?")
HASHED = re.compile(r"(\w[^;@]{0,200}?)(?:\s+--hash[= ]\S+)+", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One line that is not taken: the line, what is wrong with it, what to write."""

    line: int
    """1-based; 0 for the whole file."""
    text: str
    rule: str
    fix: str
    instead: str = ""
    """The package without what is refused: of a copy on the writer's machine the name, of a hash the rest."""

    @property
    def message(self) -> str:
        """One sentence with its place."""
        place = f"requirements.txt line {self.line}: " if self.line else "requirements.txt: "
        quoted = f'"{self.text}": ' if self.text else ""
        return f"{place}{quoted}{self.rule}; {self.fix}"


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What the file asks for, and the lines that are not taken."""

    packages: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """What can be installed by its name: the packages, and what stands in for refused lines."""
        return (*self.packages, *(refusal.instead for refusal in self.refused if refusal.instead))


def parsed(content: bytes) -> Requirements:
    """Read the file; never raises."""
    if len(content) > FILE_BYTES:
        return _whole("larger than 64 KiB", "list the packages that the notebooks import")
    try:
        text = content.decode(next((name for mark, name in BYTE_ORDERS if content.startswith(mark)), "utf-8"))
    except UnicodeError:
        return _whole("not UTF-8 text", "save it as UTF-8")
    if text.count("\n") > LINES:
        return _whole(f"more than {LINES} lines", "list the packages that the notebooks import")
    read = [_read(number, line) for number, line in _logical_lines(text)]
    packages = tuple(line for line in read if isinstance(line, str))
    refused = tuple(line for line in read if isinstance(line, Refusal))
    if len(packages) > PACKAGES:
        return _whole(f"more than {PACKAGES} packages", "list the packages that the notebooks import")
    return Requirements(packages=packages, refused=refused)


def laid_over(base: tuple[str, ...], by: tuple[str, ...]) -> tuple[str, ...]:
    """Both lists; what the second names replaces the first's line of that name."""
    named = {_name(line) for line in by}
    return (*(line for line in base if _name(line) not in named), *by)


def once_each(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Of several lines about one package the last; lines for other systems beside it stay."""
    last = {(_name(line), str(Requirement(line).marker or "")): line for line in lines}
    return tuple(last.values())


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, joined where a backslash says so, with the number of their first."""
    held, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        first = first if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole, held = (held + line).strip(), ""
        if whole:
            yield first, whole
    if held.strip():
        yield first, held.strip()


def _read(number: int, line: str) -> str | Refusal:
    shown = "".join(letter if letter.isprintable() else "?" for letter in line)[:SHOWN_CHARACTERS]
    for pattern, rule, fix in RULES:
        if re.match(pattern, line):
            return Refusal(line=number, text=shown, rule=rule, fix=fix, instead=_instead(line))
    try:
        requirement = Requirement(line)
    except (InvalidRequirement, RecursionError):
        return Refusal(line=number, text=shown, rule="no name and version", fix="write for example numpy==2.0.1")
    if requirement.url:
        return Refusal(line=number, text=shown, rule="an address", fix="write the package as name==version")
    if len(requirement.name) > NAME_CHARACTERS:
        rule = f"a name longer than {NAME_CHARACTERS} characters"
        return Refusal(line=number, text=shown, rule=rule, fix="name a published package")
    whole = str(requirement)
    if len(whole) > LINE_CHARACTERS:
        rule = f"longer than {LINE_CHARACTERS} characters"
        return Refusal(line=number, text=shown, rule=rule, fix="write for example numpy==2.0.1")
    return whole


def _instead(line: str) -> str:
    """`numpy` of `numpy @ file:///...`, as a list of what is installed says it; the line without its hashes."""
    copy = COPY.fullmatch(line)
    hashed = HASHED.fullmatch(line)
    found = copy[1] if copy else hashed[1] if hashed else ""
    read = _read(0, found) if found else ""
    return read if isinstance(read, str) else ""


def _name(line: str) -> str:
    return canonicalize_name(Requirement(line).name)


def _whole(rule: str, fix: str) -> Requirements:
    return Requirements(refused=(Refusal(line=0, text="", rule=rule, fix=fix),))
