# Two commands on a machine that has Python (3.11 or newer) and make:
#   make demo   marks a small cohort of real notebooks and prints each penalty
#   make test   style, types and tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= 2

.PHONY: demo test cheats style environment oldest clean benchmarks

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[run,slurm,pdf,fixtures,dev]'
	touch $(READY)

# What notebooks run in, apart from the harness: made once, reused while the list and the pins stay the same.
environment: $(READY)
	$(BIN)/validate env --constraint constraints.txt

# The oldest torch that is supported, in which the tests of the meter run too: made once, beside the run environments.
oldest: $(READY)
	$(BIN)/python -m tests.meter.pythons

# Exit code 1 of `validate` says that something failed or is unknown: that is what the demo cohort is for.
demo: $(READY) environment
	$(BIN)/python -m fixtures data demo/data
	$(BIN)/python -m fixtures cohort demo/submissions
	$(BIN)/validate demo/submissions --rubric comp3547-2024-demo --data demo/data --allow-lookalike-data \
	    --out demo/marking --jobs $(JOBS) || test $$? -eq 1
	$(BIN)/python -m fixtures check demo/marking
	@echo
	@echo 'Open demo/marking/cohort.html in a browser.'

test: $(READY) environment oldest style
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# Every cheat of the corpus; `make test` tries half of them, by turns of the commit.
cheats: $(READY) environment
	VALIDATOR_CHEATS=all $(BIN)/python -m pytest -n $(JOBS) tests/meter/test_cheats.py

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

benchmarks: $(READY)
	for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

clean:
	rm -rf $(VENV) demo
