"""The agent starts unseen: nothing without its configuration, nothing heavy with it, and no other start-up lost."""

import os
import subprocess
import sys
from pathlib import Path

from validator.measuring.meter import counters, judge

AGENT = Path(judge.__file__).parents[1] / "agent"
HEAVY = "print(sorted({'torch', 'numpy', 'importlib.abc'} & set(sys.modules)))"


def _said(command, *, path, **environment):
    merged = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), **environment}
    merged.pop("VALIDATOR_AGENT", None) if "VALIDATOR_AGENT" not in environment else None
    done = subprocess.run(
        [sys.executable, "-c", "import sys; " + command], env=merged, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def test_without_a_configuration_nothing_starts():
    assert _said("print('validator_agent' in sys.modules)", path=[AGENT]) == "False\n"


def test_with_a_configuration_nothing_heavy_is_imported(tmp_path):
    (tmp_path / "agent.json").write_text(f'{{"socket": "{tmp_path}/s", "handed": "{tmp_path}"}}', encoding="utf-8")
    config = str(tmp_path / "agent.json")
    assert _said("print('validator_agent' in sys.modules)", path=[AGENT], VALIDATOR_AGENT=config) == "True\n"
    plain = _said(HEAVY, path=[])
    assert _said(HEAVY, path=[AGENT], VALIDATOR_AGENT=config) == plain


def test_a_broken_configuration_is_silent(tmp_path):
    assert _said("print('on')", path=[AGENT], VALIDATOR_AGENT=str(tmp_path / "nowhere")) == "on\n"


def test_the_sitecustomize_behind_ours_still_runs(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.others_ran = True\n", encoding="utf-8")
    assert _said("print(getattr(sys, 'others_ran', False))", path=[AGENT, tmp_path]) == "True\n"


def test_agent_and_recorder_agree_on_the_layout_of_the_page():
    command = "from validator_agent import channel as c; print(c.MAGIC, c.SLOT.format, c.SLOT_BYTES)"
    expected = f"{counters.MAGIC!r} {counters.SLOT.format} {counters.SLOT.size}\n"
    assert _said(command, path=[AGENT]) == expected
