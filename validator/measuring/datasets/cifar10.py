"""CIFAR-10, python version, in the layout of its archive: five batches of training images and one of test images."""

from __future__ import annotations

from validator.measuring.datasets.cifar import IMAGE_SHAPE, SPLITS, Cifar, Split, SplitName

TITLE = "CIFAR-10"
CLASSES = 10
FOLDER = "cifar-10-batches-py"
MAX_BYTES = 100 << 20
"""Of one file: the official batches are of 31 MB each."""
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"
OFFICIAL_MD5: dict[str, str] = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
HOW = (
    f"Unpack the official cifar-10-python.tar.gz (md5 {ARCHIVE_MD5}) there: it holds the folder {FOLDER} with "
    "data_batch_1 to data_batch_5, test_batch and batches.meta; torchvision.datasets.CIFAR10(root, download=True) "
    "makes the same folder."
)

_SET = Cifar(
    name="cifar10",
    title=TITLE,
    classes=CLASSES,
    folder_name=FOLDER,
    max_bytes=MAX_BYTES,
    md5=OFFICIAL_MD5,
    files={"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)},
    label_key="labels",
    meta=("batches.meta", "label_names"),
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
