"""Serves the data sets of the assignment without a network; knows torchvision's class, not what is trained on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import imports
from .redirect import Redirect

CIFAR10_FOLDER = "cifar-10-batches-py"
FOLDER_NAMES = ("AddNIST", "addnist", "ADDNIST", "Addnist", "AddNist")


def install(config: dict[str, Any], channel: Any) -> None:
    """Serve single files at once, and the CIFAR sets as soon as torchvision is imported."""
    redirect = Redirect({**_with_folder(dict(config.get("files") or {})), **_batches(config)}, channel)
    redirect.install()
    large, small = config.get("cifar100"), config.get("cifar10")
    if large:
        imports.after_import("torchvision.datasets.cifar", lambda module: _serve_cifar100(module, large, redirect))
    if small:
        imports.after_import("torchvision.datasets.cifar", lambda module: _serve_cifar10(module, small, redirect))


def _batches(config: dict[str, Any]) -> dict[str, str]:
    """CIFAR-10's folder and files, which some read by their names."""
    served = config.get("cifar10")
    if not served:
        return {}
    folder = f"{served['root']}/{CIFAR10_FOLDER}"
    return {CIFAR10_FOLDER: folder, **{name: f"{folder}/{name}" for name in served["md5"]}}


def _with_folder(files: dict[str, str]) -> dict[str, str]:
    """The folder of the files is served as well, by the names it has where students keep it."""
    folders = {file.rpartition("/")[0] for file in files.values()}
    return {**files, **dict.fromkeys(FOLDER_NAMES, folders.pop())} if len(folders) == 1 else files


def _serve_cifar100(module: Any, served: dict[str, Any], redirect: Redirect) -> None:
    """Every root is the served one, nothing is downloaded, and the integrity check asks for the served digests."""
    cifar100 = module.CIFAR100
    digests = served["md5"]
    cifar100.train_list = [["train", digests["train"]]]
    cifar100.test_list = [["test", digests["test"]]]
    cifar100.meta = {**cifar100.meta, "md5": digests["meta"]}
    original = cifar100.__init__

    def __init__(self: Any, root: Any = "data", *args: Any, **kwargs: Any) -> None:  # noqa: N807
        asked = str(Path(root) / cifar100.base_folder)
        kwargs.pop("download", None)
        redirect.tell(asked, str(Path(served["root"]) / cifar100.base_folder))
        # Positional: train, transform, target_transform, download.
        original(self, served["root"], *args[:3], **kwargs)

    cifar100.__init__ = __init__


def _serve_cifar10(module: Any, served: dict[str, Any], redirect: Redirect) -> None:
    """As CIFAR-100, whose class is made from this one and keeps its own way."""
    cifar10 = module.CIFAR10
    digests = served["md5"]
    cifar10.train_list = [[name, digests[name]] for name, _ in cifar10.train_list]
    cifar10.test_list = [[name, digests[name]] for name, _ in cifar10.test_list]
    cifar10.meta = {**cifar10.meta, "md5": digests[cifar10.meta["filename"]]}
    original = cifar10.__init__

    def __init__(self: Any, root: Any = "data", *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if isinstance(self, module.CIFAR100):
            original(self, root, *args, **kwargs)
            return
        asked = str(Path(root) / cifar10.base_folder)
        kwargs.pop("download", None)
        redirect.tell(asked, str(Path(served["root"]) / cifar10.base_folder))
        original(self, served["root"], *args[:3], **kwargs)

    cifar10.__init__ = __init__
