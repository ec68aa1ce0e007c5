"""Calls that seed a generator of random numbers, draw from one, or split and shuffle data: each as a kind and words.

Words begin with the generators the call is about, such as `torch, numpy: `; a value that is not written out is said so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from validator.measuring.probes.source_names import Names, argument

SEEDS, DRAWS, SPLITS = "sets-seed", "draws-random", "splits-data"
EVERY_TORCH, EVERY_TENSORFLOW = ("torch", "numpy", "random"), ("tensorflow", "numpy", "random")
SEEDING: dict[str, tuple[str, ...]] = {
    "torch.manual_seed": ("torch",),
    "torch.random.manual_seed": ("torch",),
    "torch.seed": (),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v1.set_random_seed": ("tensorflow",),
    "tensorflow.keras.utils.set_random_seed": EVERY_TENSORFLOW,
    "keras.utils.set_random_seed": EVERY_TENSORFLOW,
    "numpy.random.seed": ("numpy",),
    "random.seed": ("random",),
    "pytorch_lightning.seed_everything": EVERY_TORCH,
    "pytorch_lightning.utilities.seed.seed_everything": EVERY_TORCH,
    "lightning.seed_everything": EVERY_TORCH,
    "lightning.pytorch.seed_everything": EVERY_TORCH,
    "lightning.fabric.utilities.seed.seed_everything": EVERY_TORCH,
    "lightning.fabric.seed_everything": EVERY_TORCH,
    "lightning_fabric.seed_everything": EVERY_TORCH,
    "lightning_fabric.utilities.seed.seed_everything": EVERY_TORCH,
    "torch_geometric.seed_everything": EVERY_TORCH,
    "transformers.set_seed": EVERY_TORCH,
    "transformers.enable_full_determinism": EVERY_TORCH,
    "transformers.trainer_utils.set_seed": EVERY_TORCH,
    "accelerate.utils.set_seed": EVERY_TORCH,
    "accelerate.utils.random.set_seed": EVERY_TORCH,
    "fastai.torch_core.set_seed": EVERY_TORCH,
    "fastai.vision.all.set_seed": EVERY_TORCH,
    "fastai.text.all.set_seed": EVERY_TORCH,
    "fastai.tabular.all.set_seed": EVERY_TORCH,
    "fastai.basics.set_seed": EVERY_TORCH,
    "monai.utils.set_determinism": EVERY_TORCH,
}
"""Dotted name to the generators that one call of it seeds."""
TRAINERS = frozenset({"transformers.TrainingArguments", "transformers.Seq2SeqTrainingArguments"})
"""Their trainer seeds every generator with what it is told."""
OWN_GENERATORS = frozenset({"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"})
"""Generators of their own: seeded where they get an argument."""
NO_DRAWS = frozenset(
    {
        "seed",
        "default_rng",
        "RandomState",
        "Generator",
        "SeedSequence",
        "get_state",
        "set_state",
        "PCG64",
        "MT19937",
        "Random",
    }
)
SPLITTING = frozenset(
    {"train_test_split", "random_split", "StratifiedShuffleSplit", "ShuffleSplit", "KFold", "StratifiedKFold"}
)
FOLDERS = frozenset({"image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory"})
"""Read a folder, and split it where they are told a share."""
SHUFFLING = frozenset({"shuffle", "sample"})
TOLD = (
    *("test_size", "train_size", "frac", "validation_split", "n_splits", "lengths"),
    *("random_state", "seed", "generator", "shuffle"),
)
"""Arguments that say how a split is drawn."""
SEED_ARGUMENTS = frozenset({"random_state", "seed", "generator"})

LARGEST = 1e15

Constants = Mapping[str, int | float]


def constants_of(nodes: Iterable[ast.AST]) -> dict[str, int | float]:
    """Names that a file gives one number and never another: `SEED = 2023`."""
    found: dict[str, set[int | float | None]] = {}
    for node in nodes:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, set()).add(_literal(getattr(node, "value", None)))
    only = {name: next(iter(values)) for name, values in found.items() if len(values) == 1}
    return {name: value for name, value in only.items() if value is not None}


def seen(node: ast.AST, *, names: Names, constants: Constants) -> Iterator[tuple[str, str]]:
    """Kinds and words of one node."""
    if not isinstance(node, ast.Call):
        return
    meanings = names.meanings(node.func)
    for meaning in meanings:
        yield from _by_meaning(node, meaning, constants)
    lasts = {node.func.attr} if isinstance(node.func, ast.Attribute) else set()
    lasts |= {meaning.rpartition(".")[2] for meaning in meanings}
    if "manual_seed" in lasts and not any(meaning in SEEDING or meaning.startswith("torch.") for meaning in meanings):
        yield SEEDS, f": a generator of its own, seeded with {_value(node.args[0] if node.args else None, constants)}"
    told = {word.arg for word in node.keywords}
    splitting = SPLITTING | (SHUFFLING if told & SEED_ARGUMENTS else frozenset())
    splitting |= FOLDERS if "validation_split" in told else frozenset()
    for last in sorted(lasts & splitting):
        yield SPLITS, f"{last}: {_told(node, constants)}"


def _by_meaning(call: ast.Call, meaning: str, constants: Constants) -> Iterator[tuple[str, str]]:
    if meaning in SEEDING:
        value = _value(call.args[0] if call.args else _any_keyword(call), constants)
        yield SEEDS, f"{', '.join(SEEDING[meaning])}: {meaning} of {value}"
    elif meaning in TRAINERS and (given := argument(call, "seed")) is not None:
        yield SEEDS, f"{', '.join(EVERY_TORCH)}: {meaning} with seed {_value(given, constants)}"
    elif meaning in OWN_GENERATORS and (call.args or call.keywords):
        value = _value(call.args[0] if call.args else _any_keyword(call), constants)
        yield SEEDS, f": {meaning} of {value}"
    for generator, start in (("numpy", "numpy.random."), ("random", "random.")):
        if meaning.startswith(start) and meaning.removeprefix(start).partition(".")[0] not in NO_DRAWS:
            yield DRAWS, f"{generator}: {meaning}"
    if meaning.startswith("sklearn.model_selection.train_test_split") and argument(call, "random_state") is None:
        yield DRAWS, f"numpy: {meaning} without random_state"


def _any_keyword(call: ast.Call) -> ast.expr | None:
    return call.keywords[0].value if call.keywords else None


def _told(call: ast.Call, constants: Constants) -> str:
    """The arguments that say how it is drawn, in the order of the list above."""
    given = {word.arg: word.value for word in call.keywords}
    if len(call.args) > 1 and isinstance(call.args[1], (ast.List, ast.Tuple)):
        given.setdefault("lengths", call.args[1])
    said = [f"{name} {_value(given[name], constants)}" for name in TOLD if name in given]
    return ", ".join(said) or "nothing said of its size and seed"


def _value(node: ast.expr | None, constants: Constants) -> str:
    """A number as it is written, the name's one number, or words."""
    value = _literal(node)
    if value is None and isinstance(node, ast.Name):
        value = constants.get(node.id)
    if value is not None:
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(node, (ast.List, ast.Tuple)):
        return "[" + " ".join(_value(item, constants) for item in node.elts[:6]) + "]"
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool | str)):
        return str(node.value)[:20]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "manual_seed":
        return f"seeded with {_value(node.args[0] if node.args else None, constants)}"
    return "a value that is computed"


def _literal(node: ast.expr | None) -> int | float | None:
    """A number that is written out; truth values are none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value if abs(node.value) < LARGEST else None
    return None
