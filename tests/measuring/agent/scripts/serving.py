# Students write like this, and the order of imports is part of what is tried.
# ruff: noqa: E402, PTH110, PTH113, PTH123, PTH211, SIM115
"""Looks for data in the places students look, and says what came back, as JSON."""

import json
import os
import sys
from pathlib import Path

import numpy as np

said = {
    "exists": os.path.exists("/content/drive/train_x.npy"),
    "path": Path("data/train_x.npy").is_file(),
    "other": os.path.exists("nowhere.npy"),
    "sum": float(np.load("data/train_x.npy").sum()),
    "mapped": float(np.load("train_x.npy", mmap_mode="r").sum()),
}
with open("mine.npy", "wb") as file:
    np.save(file, np.zeros(3))
said["own"] = float(np.load("mine.npy").sum())
try:
    open("train_x.npy", "r+b")
    said["writes"] = "served"
except FileNotFoundError:
    said["writes"] = "refused"

from torchvision.datasets import CIFAR10, CIFAR100

training = CIFAR100("/content/data", train=True, download=True)
held_out = CIFAR100(root="data", train=False, transform=None, download=True)
said["cifar"] = [len(training), len(held_out), training.classes[:1], list(training.data.shape)]

small, last = CIFAR10("./data", train=True, download=True), CIFAR10(root="elsewhere", train=False)
said["cifar10"] = [len(small), len(last), small.classes[:1], list(small.data.shape)]
said["batches"] = os.path.isfile("x/cifar-10-batches-py/data_batch_5") and not os.path.exists("data_batch_6")

from cleanfid import fid

for index in range(3):
    Path("generated").mkdir(exist_ok=True)
    Path(f"generated/{index}.png").write_bytes(b"picture")
os.symlink("/etc/hostname", "generated/link.png")
said["fid"] = repr(fid.compute_fid("generated", "nowhere", mode="clean"))

import pytorch_fid.fid_score

said["pytorch_fid"] = repr(pytorch_fid.fid_score.calculate_fid_given_paths(["generated", "generated"], 50, "cpu", 2048))
sys.stderr.write(json.dumps(said))
