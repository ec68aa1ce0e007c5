"""Whether listed packages bring an import, and versions by their numbers, as PEP 440 orders releases. Knows no rule."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping

from validator.marking.package_table import BRINGS, PACKAGE_OF

FRAMEWORK_OF: Mapping[str, str] = {
    **dict.fromkeys(("torch", "torchvision", "torchaudio", "torchtext", "fastai", "timm", "torchmetrics"), "torch"),
    **dict.fromkeys(("lightning", "pytorch_lightning"), "torch"),
    **dict.fromkeys(("tensorflow", "keras", "tf_keras", "tensorflow_addons", "tensorflow_hub"), "tensorflow"),
    **dict.fromkeys(("jax", "flax", "haiku", "equinox"), "jax"),
}
"""Import to the deep-learning framework it belongs to."""

OF_THE_NOTEBOOK = frozenset(
    {"IPython", "google", "ipykernel", "ipywidgets", "notebook", "jupyter", "pip", "setuptools"}
)
"""Imports that come with the notebook or with Python's own installer."""

NUMBERS = re.compile(r"\d+(?:\.\d+)*")
ONE = re.compile(r"\s*(===|==|~=|!=|>=|<=|>|<)\s*v?(\d+(?:\.\d+)*)(\.\*)?")


def is_installed_anyway(module: str) -> bool:
    """Whether an import needs no line: the standard library, and what runs the notebook."""
    return module in sys.stdlib_module_names or module in OF_THE_NOTEBOOK


def is_brought(module: str, packages: Iterable[str]) -> bool:
    """Whether one of these packages (names as an index writes them) brings this import, itself or by what it brings."""
    own, known = set(_packages_of(module)), set(packages)
    waiting = list(known)
    while waiting and not known & own:
        imports = BRINGS.get(_family(waiting.pop()), ())
        if module in imports:
            return True
        new = {package for name in imports for package in _packages_of(name)[:1]} - known
        known |= new
        waiting += new
    return bool(known & own)


def _packages_of(module: str) -> tuple[str, ...]:
    """The packages that bring an import, the usual one first."""
    return PACKAGE_OF.get(module, (module.lower().replace("_", "-"),))


def release(text: str) -> tuple[int, ...]:
    """The numbers of a version: `1.13.1+cu117` is (1, 13, 1)."""
    match = NUMBERS.match(text)
    return tuple(int(part[:9]) for part in match.group().split(".")) if match else ()


def is_too_old(specifier: str, *, least: str) -> bool:
    """Whether no version that this specifier admits is as new as `least`; false where it sets no upper end."""
    wanted = release(least)
    return any(
        _below(operator, release(version), bool(star), wanted) for operator, version, star in ONE.findall(specifier)
    )


def _below(operator: str, version: tuple[int, ...], star: bool, wanted: tuple[int, ...]) -> bool:
    if operator == "~=" or star:
        series = version if star else version[:-1]
        return operator in ("~=", "==") and series < wanted[: len(series)]
    padded = (version + (0,) * 4)[:4], (wanted + (0,) * 4)[:4]
    if operator in ("==", "===", "<="):
        return padded[0] < padded[1]
    return operator == "<" and padded[0] <= padded[1]


def _family(package: str) -> str:
    """`tensorflow-cpu` brings what `tensorflow` brings."""
    return next((names[0] for names in PACKAGE_OF.values() if package in names), package)
