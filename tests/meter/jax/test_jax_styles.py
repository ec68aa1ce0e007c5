"""How each style of training in JAX is counted: one small script a style, its counts in its first lines."""

from pathlib import Path
from typing import Any

import pytest

SCRIPTS = sorted(path for path in (Path(__file__).parent / "scripts").glob("*.py") if path.stem != "toy")
EXPECT = "# expect: "
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # the first test runs all scripts


def expected(script: Path) -> list[dict[str, str]]:
    lines = script.read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix(EXPECT).split() for line in lines if line.startswith(EXPECT)]
    return [dict(word.split("=") if "=" in word else (word, "yes") for word in words) for words in told]


def counted(records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The networks that were recorded, inputs left out."""
    nets = {record["net"]: record for record in records if record["kind"] == "net"}
    counts = {record["net"]: record for record in records if record["kind"] == "counts"}
    return [
        {
            "name": nets[number]["name"],
            "parameters": str(nets[number]["elements"]),
            "trainable": str(nets[number]["trainable"]),
            "copies": str(nets[number]["copies"]),
            **{name: str(said[name]) for name in ("updates", "gradients", "calls", "widest")},
        }
        for number, said in counts.items()
        if not nets[number]["fed"]
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_each_style_is_counted(recorded, script):
    said = recorded(script.stem)
    assert said.code == 0, said.stderr[-3000:]
    wanted = expected(script)
    if "unknown" in wanted[0]:
        reach = [record.get("forward_mode", 0) for record in said.of_kind("reach")]
        assert (int(wanted[0]["forward_mode"]), None) == (
            max(reach, default=0),
            said.judged().readings["model.steps"].value,
        )
        return
    found = [{name: net[name] for name in wanted[0]} for net in counted(said.records)]
    assert sorted(wanted, key=str) == sorted(found, key=str)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_no_style_disturbs_the_meter(recorded, script):
    said = recorded(script.stem)
    assert not said.of_kind("fault")
    assert all(record["ok"] for record in said.of_kind("selftest"))
    assert not said.records or said.records[-1]["kind"] == "bye"
    page = {counter.net: (counter.updates, counter.gradients, counter.calls) for counter in said.counters}
    last = {r["net"]: (r["updates"], r["gradients"], r["calls"]) for r in said.of_kind("counts")}
    assert page == {net: last[net] for net in page}
