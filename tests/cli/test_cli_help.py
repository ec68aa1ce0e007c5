"""`validate --help` answers at once: it loads nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = "torch numpy scipy faiss matplotlib nbclient nbformat IPython pypdf jinja2 rich yaml asyncio"
LOADED = """
import sys
sys.argv[0] = "validate"
from validator.cli import main
try:
    main()
except SystemExit as leaving:
    assert leaving.code == 0, leaving.code
print("loaded:", *sorted(name for name in sys.modules if "." not in name))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["marks", "--help"], ["--version"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    command = [sys.executable, "-c", LOADED, *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    loaded = set(said.rpartition("loaded:")[2].split())
    assert "click" in loaded
    assert loaded & set(HEAVY.split()) == set()
