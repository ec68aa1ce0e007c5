"""What a CUDA graph captured counts at each replay, and not when it is captured."""

from pathlib import Path

SCRIPT = (Path(__file__).parent / "scripts" / "replays.py").read_text(encoding="utf-8")


def test_each_replay_is_an_evaluation_and_an_update(metered):
    run = metered(SCRIPT)
    assert run.code == 0, run.stderr
    counts = run.of_kind("counts")[-1]
    assert (counts["updates"], counts["gradients"], counts["unverified"]) == (15, 15, 0)
    assert not run.of_kind("fault")
