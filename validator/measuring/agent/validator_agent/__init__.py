"""The agent: lives inside the student's process, counts what is trained there, and says so to the recorder outside.

Stands alone: the standard library, and torch or numpy once the student has imported them. Imports nothing else of
the harness, knows no limit and no mark, and never raises into the student's code (except `smoke.EnoughSeen`, asked
for by the configuration). `records.md`, beside this package, is the grammar of what it says.
"""

from __future__ import annotations

from typing import Any


class Running:
    """What runs in this process: filled by `start`, read by the harness's own cells."""

    config: dict[str, Any] | None = None
    channel: Any = None
    page: Any = None
    integrity: Any = None
    """`watch(name, check)`: every hook's owner has it asked whether it is still in place."""
    meter: Any = None
    """The torch meter; None until the student has imported torch."""
    jax_meter: Any = None
    """The same for JAX."""
    pictures: Any = None
    """The pictures that were shown."""
    fid_images = 0
    """How many images the largest FID call of the run was given."""


def start(config_path: str) -> None:
    """Read the configuration, serve the data files, and wait for torch to be imported. Costs milliseconds."""
    import json

    from . import channel, heartbeat, imports, integrity

    with open(config_path, encoding="utf-8") as file:  # noqa: PTH123
        config: dict[str, Any] = json.load(file)
    Running.config = config
    Running.page = channel.Page(config.get("counters"))
    Running.channel = channel.Channel(config["socket"])
    Running.integrity = integrity.Integrity(Running.channel)
    Running.integrity.watch("channel", Running.channel.in_place)
    Running.integrity.watch("page", Running.page.in_place)
    heartbeat.Heartbeat(Running.channel, Running.integrity.look)
    _serve(config_path, config)
    imports.after_import("torch", lambda module: _meter_torch(config, str(module.__version__)))
    imports.after_import("jax", lambda module: _meter_jax(config, str(module.__version__)))
    imports.install()


def _serve(config_path: str, config: dict[str, Any]) -> None:
    """Everything that lets a notebook run where it was not written; each fails alone."""
    import importlib

    channel = Running.channel
    needs: dict[str, tuple[Any, ...]] = {
        "loads": (config, config_path, channel),
        "libraries": (channel,),
        "becoming": (channel,),
        "commands": (config_path, config.get("tmp")),
        "shell": (channel,),
        "datasets": (config, channel),
        "fid_calls": (config, channel),
        "colab": (channel,),
        "display": (channel,),
        "picture_hooks": (config, channel),
        "notices": (channel,),
        "deadline": (config, channel),
        "last_words": (channel,),
    }
    for name, arguments in needs.items():
        try:
            importlib.import_module(f"{__name__}.{name}").install(*arguments)
        except Exception as error:
            channel.fault(name, error)


def _meter_torch(config: dict[str, Any], version: str) -> None:
    from . import tested

    try:
        if tested.refused("torch", version, config, Running.channel):
            return
        from . import first_weights, torch_meter

        first_weights.install(Running.channel)
        Running.meter = torch_meter.TorchMeter(config, Running.channel, Running.page)
        Running.meter.install()
        Running.integrity.watch_parts(Running.meter)
    except Exception as error:
        Running.channel.fault("torch", error)


def _meter_jax(config: dict[str, Any], version: str) -> None:
    from . import tested

    try:
        if tested.refused("jax", version, config, Running.channel):
            return
        from . import jax_meter

        Running.jax_meter = jax_meter.JaxMeter(Running.channel, Running.page)
        Running.jax_meter.install()
        Running.integrity.watch_parts(Running.jax_meter)
    except Exception as error:
        Running.channel.fault("jax", error)
