"""What is commonly known of Python packages: which import comes with which package, and versions by their numbers.

A table of names, and arithmetic on versions as PEP 440 orders releases; knows no index and no rule.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping

PACKAGE_OF: Mapping[str, tuple[str, ...]] = {
    "torch": ("torch",),
    "torchvision": ("torchvision",),
    "torchaudio": ("torchaudio",),
    "torchtext": ("torchtext",),
    "tensorflow": (
        *("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos", "tensorflow-intel", "tf-nightly"),
        *("tensorflow-rocm", "tensorflow-metal"),
    ),
    "keras": ("keras",),
    "numpy": ("numpy",),
    "scipy": ("scipy",),
    "pandas": ("pandas",),
    "matplotlib": ("matplotlib",),
    "seaborn": ("seaborn",),
    "sklearn": ("scikit-learn", "sklearn"),
    "skimage": ("scikit-image",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "PIL": ("pillow", "pil"),
    "yaml": ("pyyaml",),
    "bs4": ("beautifulsoup4",),
    "tqdm": ("tqdm",),
    "transformers": ("transformers",),
    "datasets": ("datasets",),
    "librosa": ("librosa",),
    "soundfile": ("soundfile", "pysoundfile"),
    "nltk": ("nltk",),
    "spacy": ("spacy",),
    "gensim": ("gensim",),
    "lightning": ("lightning",),
    "pytorch_lightning": ("pytorch-lightning", "lightning"),
    "fastai": ("fastai",),
    "timm": ("timm",),
    "albumentations": ("albumentations",),
    "tensorflow_datasets": ("tensorflow-datasets", "tfds-nightly"),
    "tensorflow_hub": ("tensorflow-hub",),
    "tensorflow_addons": ("tensorflow-addons",),
    "tensorboard": ("tensorboard", "tb-nightly"),
    "torchmetrics": ("torchmetrics",),
    "torchinfo": ("torchinfo",),
    "torchsummary": ("torchsummary", "torch-summary"),
    "plotly": ("plotly",),
    "xgboost": ("xgboost",),
    "lightgbm": ("lightgbm",),
    "optuna": ("optuna",),
    "wandb": ("wandb",),
    "einops": ("einops",),
    "h5py": ("h5py",),
    "requests": ("requests",),
    "imblearn": ("imbalanced-learn",),
    "Levenshtein": ("levenshtein", "python-levenshtein"),
}
"""Import to the packages that bring it. An import that is not here may come with a package of any name."""

BRINGS: Mapping[str, tuple[str, ...]] = {
    "torchvision": ("torch", "numpy", "PIL"),
    "torchaudio": ("torch",),
    "torchtext": ("torch", "numpy", "tqdm", "requests"),
    "tensorflow": ("numpy", "h5py", "keras", "tensorboard", "requests"),
    "pandas": ("numpy",),
    "scipy": ("numpy",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "scikit-image": ("numpy", "scipy", "PIL"),
    "matplotlib": ("numpy", "PIL"),
    "seaborn": ("numpy", "pandas", "matplotlib", "PIL"),
    "transformers": ("numpy", "tqdm", "requests", "yaml", "huggingface_hub"),
    "datasets": ("numpy", "pandas", "tqdm", "requests", "huggingface_hub"),
    "librosa": ("numpy", "scipy", "sklearn", "soundfile", "joblib"),
    "lightning": ("torch", "torchmetrics", "numpy", "tqdm", "yaml", "pytorch_lightning"),
    "pytorch-lightning": ("torch", "torchmetrics", "numpy", "tqdm", "yaml"),
    "fastai": ("torch", "torchvision", "numpy", "pandas", "matplotlib", "sklearn", "scipy", "PIL", "yaml", "requests"),
    "timm": ("torch", "torchvision", "yaml", "huggingface_hub"),
    "torchmetrics": ("torch", "numpy"),
    "albumentations": ("numpy", "scipy", "cv2", "yaml"),
    "opencv-python": ("numpy",),
    "gensim": ("numpy", "scipy"),
    "spacy": ("numpy", "tqdm", "requests"),
    "nltk": ("tqdm", "joblib"),
    "xgboost": ("numpy", "scipy"),
    "optuna": ("numpy", "tqdm", "yaml"),
}
"""Package to further imports that it brings along."""

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
    """Whether one of these packages (names as an index writes them) brings this import, itself or along."""
    listed = set(packages)
    own = PACKAGE_OF.get(module, (module.lower().replace("_", "-"),))
    if listed & set(own):
        return True
    bringing = {name for package in listed for name in BRINGS.get(_family(package), ())}
    return module in bringing


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
