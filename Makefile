# The two that matter: `make run` and `make test`. Both set up what is missing first (tools/setup.sh).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON_ENV := .venv/bin/python
SETUP := pyproject.toml tools/setup.sh tools/qt-libraries.txt
CHECKED := ala_desktop tests bench tools

# Without a display the same day runs offscreen and leaves its papers and pictures in out/.
DEMO := $(if $(DISPLAY)$(WAYLAND_DISPLAY),demo,demo --headless --out out)

.PHONY: help run test lint format bench torture soak lock setup clean

help:
	@echo "make run      set up, then a clerk's day on demonstration data (offscreen into out/ where there is no display)"
	@echo "make test     set up, lint, types, layers, then every test"
	@echo "make lint     only ruff, the layer contract and the types"
	@echo "make format   lay the code out"
	@echo "make bench    every figure beside its baseline, one JSON line each (BENCH=\"push units\" chooses)"
	@echo "make torture  hundreds of kills and faults; minutes long"
	@echo "make soak     10,000 seeds of every simulation, and long fuzzing: an hour; goes on where it was stopped"
	@echo "make lock     lock the versions again (UPGRADE=--upgrade takes the newest)"
	@echo "make clean    remove what the others made"

run: .venv/.run
	$(PYTHON_ENV) -m ala_desktop $(DEMO)

test: lint
	$(PYTHON_ENV) -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: .venv/.test
	$(PYTHON_ENV) -m ruff check $(CHECKED)
	$(PYTHON_ENV) -m ruff format --check $(CHECKED)
	.venv/bin/lint-imports --no-cache --no-logo
	.venv/bin/basedpyright --pythonpath $(PYTHON_ENV)

format: .venv/.test
	$(PYTHON_ENV) -m ruff check --fix $(CHECKED)
	$(PYTHON_ENV) -m ruff format $(CHECKED)

bench: .venv/.test
	$(PYTHON_ENV) -m bench $(BENCH)

torture: .venv/.test
	$(PYTHON_ENV) -m pytest -m torture -n 0 -s

soak: .venv/.test
	$(PYTHON_ENV) -m pytest -m soak -n auto --maxprocesses 4 --dist worksteal

lock: .venv/.run
	tools/lock.sh $(UPGRADE)

setup: .venv/.test

.venv/.run: requirements.lock $(SETUP)
	@tools/setup.sh run

.venv/.test: requirements-dev.lock $(SETUP)
	@tools/setup.sh test

clean:
	rm -rf .venv .setup out build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
