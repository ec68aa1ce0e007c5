"""Calls of student code that are worth a look, each told as a kind and a sentence. Forbids nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from validator.measuring.probes.source_names import Names, argument, literal

WEIGHT_FILES = frozenset(
    [
        "torch.load",
        "torch.jit.load",
        "torch.export.load",
        "torch.package.PackageImporter",
        "pickle.load",
        "pickle.loads",
        "dill.load",
        "cloudpickle.load",
        "joblib.load",
        "safetensors.safe_open",
        "safetensors.torch.load_file",
        "safetensors.torch.load_model",
        "safetensors.torch.load",
        "safetensors.numpy.load_file",
        "torch.distributed.checkpoint.load",
        "flax.training.checkpoints.restore_checkpoint",
        "orbax.checkpoint.PyTreeCheckpointer",
    ]
)
PRETRAINED = frozenset(
    [
        "torch.hub.load",
        "torch.hub.load_state_dict_from_url",
        "torch.utils.model_zoo.load_url",
        "torchvision.models.utils.load_state_dict_from_url",
        "torchvision._internally_replaced_utils.load_state_dict_from_url",
        "huggingface_hub.hf_hub_download",
        "huggingface_hub.snapshot_download",
        "huggingface_hub.from_pretrained_keras",
        "clip.load",
    ]
)
DOWNLOADS = frozenset(
    [
        "urllib.request.urlopen",
        "urllib.request.urlretrieve",
        "urllib.urlretrieve",
        "requests.get",
        "requests.post",
        "requests.request",
        "requests.Session",
        "httpx.get",
        "httpx.stream",
        "gdown.download",
        "gdown.cached_download",
        "gdown.download_folder",
        "wget.download",
        "torch.hub.download_url_to_file",
        "torchvision.datasets.utils.download_url",
        "datasets.load_dataset",
        "torchvision.datasets.utils.download_and_extract_archive",
        "torchvision.datasets.utils.download_file_from_google_drive",
        "kaggle.api.dataset_download_files",
        "kagglehub.dataset_download",
        "kagglehub.model_download",
    ]
)
SHELL = frozenset(
    [
        "os.system",
        "os.popen",
        "os.execv",
        "os.execvp",
        "subprocess.run",
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
    ]
)
WEIGHTY_NAME = re.compile(r"weight|checkpoint|ckpt|model|state|param|\.pth?\b|gen(erator)?\b", re.IGNORECASE)
COUNT_WORDS = re.compile(r"param|numel", re.IGNORECASE)
SHOW = frozenset({"print", "display", "logging.info", "logger.info", "tqdm.write", "rich.print"})
SUMMARIES = frozenset({"torchsummary.summary", "torchinfo.summary", "torchsummaryX.summary"})


TELLING = (ast.Call,)
"""Of no other node `seen` says anything."""


def seen(node: ast.AST, *, names: Names, saved: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Kinds and details of one node. `saved` holds the file names this file itself writes weights to."""
    if isinstance(node, ast.Call):
        meanings = names.meanings(node.func)
        yield from _weights(node, meanings, saved)
        yield from _pretrained(node, meanings)
        yield from _others(node, meanings)
        if _shows_count(node, meanings):
            yield "states-parameter-count", "prints something that is called a number of parameters"


def saved_files(call: ast.AST, *, names: Names) -> str | None:
    """The literal file name that a call of `torch.save` or `pickle.dump` and the like writes to."""
    if not isinstance(call, ast.Call):
        return None
    writes = {"torch.save": 1, "torch.jit.save": 1, "safetensors.torch.save_file": 1, "joblib.dump": 1}
    positions = [writes[meaning] for meaning in names.meanings(call.func) if meaning in writes]
    return literal(argument(call, "f", position=positions[0])) if positions else None


def dynamic_import(call: ast.AST, *, names: Names) -> tuple[str | None, bool]:
    """The literal module of an import made by a call, and whether the node is such a call at all."""
    if isinstance(call, ast.Call):
        for meaning in names.meanings(call.func):
            if meaning in ("importlib.import_module", "__import__", "builtins.__import__"):
                return literal(argument(call, "name", position=0)), True
    return None, False


def _weights(call: ast.Call, meanings: tuple[str, ...], saved: frozenset[str]) -> Iterator[tuple[str, str]]:
    for meaning in meanings:
        file = literal(argument(call, "f", position=0))
        arrays = meaning in ("numpy.load", "jax.numpy.load") and file is not None and WEIGHTY_NAME.search(file)
        if meaning in WEIGHT_FILES or arrays:
            named = f" of {file!r}" if file is not None else ""
            own = ", which this file also saves" if file in saved else ""
            yield "loads-weights-file", f"{meaning}{named}{own}"


def _pretrained(call: ast.Call, meanings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "from_pretrained":
        wanted = literal(argument(call, "pretrained_model_name_or_path", position=0))
        yield "loads-pretrained-weights", "from_pretrained" + (f" of {wanted!r}" if wanted else "")
    for meaning in meanings:
        if meaning in PRETRAINED:
            yield "loads-pretrained-weights", meaning
        elif meaning.startswith(("torchvision.models.", "timm.", "open_clip.")) and _asks_for_weights(call, meaning):
            yield "loads-pretrained-weights", f"{meaning} with pretrained weights"
        elif meaning.startswith(("tensorflow.keras.applications.", "keras.applications.")):
            yield "loads-pretrained-weights", f"{meaning}, pretrained unless told otherwise"


def _asks_for_weights(call: ast.Call, meaning: str) -> bool:
    """`pretrained=True`, or `weights=` anything but None; a value that is computed counts as asking."""
    first = meaning.startswith("torchvision.models.") and not meaning.endswith((".get_model", ".get_weight"))
    for name, position in (("weights", 0 if first else None), ("pretrained", None), ("weights_backbone", None)):
        value = argument(call, name, position=position)
        refused = isinstance(value, ast.Constant) and value.value in (None, False, "")
        if value is not None and not refused and meaning.rpartition(".")[2][:1].islower():
            return True
    return False


def _others(call: ast.Call, meanings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for meaning in meanings:
        if meaning in DOWNLOADS:
            address = literal(call.args[0]) if call.args else None
            yield "downloads", meaning + (f" of {address[:200]!r}" if address else "")
        elif meaning in SHELL:
            yield "shell-command", f"{meaning}: {command_text(call)[:200]}"
        elif meaning in ("exec", "eval", "builtins.exec", "builtins.eval"):
            yield "exec-or-eval", f"{meaning} of {'a literal' if call.args and literal(call.args[0]) else 'a value'}"
        elif meaning == "google.colab.drive.mount":
            yield "colab", "mounts a drive of the web notebook service"


def command_text(call: ast.Call) -> str:
    """The command of a call that starts one, as far as it is written out."""
    first = call.args[0] if call.args else argument(call, "args")
    if isinstance(first, (ast.List, ast.Tuple)):
        return " ".join(literal(word) or "..." for word in first.elts)
    return literal(first) or "..."


def _shows_count(call: ast.Call, meanings: tuple[str, ...]) -> bool:
    if SUMMARIES.intersection(meanings):
        return True
    return bool(SHOW.intersection(meanings)) and any(
        COUNT_WORDS.search(_word(node)) for value in call.args for node in ast.walk(value)
    )


def _word(node: ast.AST) -> str:
    """The name a node carries; literal text is not one, it proves no count."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
