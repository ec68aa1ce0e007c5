"""CIFAR-100, python version, in the layout of its archive; its labels are the fine ones, 0 to 99."""

from __future__ import annotations

from validator.measuring.datasets.cifar import IMAGE_SHAPE, SPLITS, Cifar, Split, SplitName

TITLE = "CIFAR-100"
CLASSES = 100
FOLDER = "cifar-100-python"
MAX_BYTES = 400 << 20
ARCHIVE_MD5 = "eb9058c3a382ffc7106e4002c42a8d85"
OFFICIAL_MD5: dict[str, str] = {
    "train": "16019d7e3df5f24257cddd939b257f8d",
    "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    "meta": "7973b15100ade9c7d40fb424638fde48",
}
HOW = (
    f"Unpack the official cifar-100-python.tar.gz (md5 {ARCHIVE_MD5}) there: it holds the folder {FOLDER} with train, "
    "test and meta; torchvision.datasets.CIFAR100(root, download=True) makes the same folder."
)

_SET = Cifar(
    name="cifar100",
    title=TITLE,
    classes=CLASSES,
    folder_name=FOLDER,
    max_bytes=MAX_BYTES,
    md5=OFFICIAL_MD5,
    files={"train": ("train",), "test": ("test",)},
    label_key="fine_labels",
    meta=("meta", "fine_label_names"),
    how=HOW,
)
folder, inventory, md5s, load, class_names = _SET.folder, _SET.inventory, _SET.md5s, _SET.load, _SET.class_names

__all__ = [
    "ARCHIVE_MD5",
    "CLASSES",
    "FOLDER",
    "IMAGE_SHAPE",
    "OFFICIAL_MD5",
    "SPLITS",
    "TITLE",
    "Split",
    "SplitName",
    "class_names",
    "folder",
    "inventory",
    "load",
    "md5s",
]
