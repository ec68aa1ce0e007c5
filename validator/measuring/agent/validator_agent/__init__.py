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
    meter: Any = None
    """The torch meter; None until the student has imported torch."""


def start(config_path: str) -> None:
    """Read the configuration, serve the data files, and wait for torch to be imported. Costs milliseconds."""
    import json

    from . import channel, imports

    with open(config_path, encoding="utf-8") as file:  # noqa: PTH123
        config: dict[str, Any] = json.load(file)
    Running.config = config
    Running.page = channel.Page(config.get("counters"))
    Running.channel = channel.Channel(config["socket"])
    _serve(config)
    imports.after_import("torch", lambda module: _meter_torch(config))
    imports.install()


def _serve(config: dict[str, Any]) -> None:
    """Data sets, FID calls and what is only there on Colab; each fails alone."""
    try:
        from . import datasets

        datasets.install(config, Running.channel)
    except Exception as error:
        Running.channel.fault("datasets", error)
    try:
        from . import fid_calls

        fid_calls.install(config, Running.channel)
    except Exception as error:
        Running.channel.fault("fid_calls", error)
    try:
        from . import colab

        colab.install(Running.channel)
    except Exception as error:
        Running.channel.fault("colab", error)


def _meter_torch(config: dict[str, Any]) -> None:
    try:
        from . import torch_meter

        Running.meter = torch_meter.TorchMeter(config, Running.channel, Running.page)
        Running.meter.install()
    except Exception as error:
        Running.channel.fault("torch", error)
