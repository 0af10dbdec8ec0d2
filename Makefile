# What a newcomer needs: `make demo` and `make test`. Each sets itself up on a
# machine with Python 3.11 or later, make and git; a second run installs nothing.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for name in python3 python3.12 python3.13 python3.11; do \
	"$$name" -c 'import sys, venv; assert (3, 11) <= sys.version_info < (3, 14)' 2>/dev/null \
	&& { echo "$$name"; break; }; done)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench evaluate data models docs notebooks lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' $(MAKEFILE_LIST) | awk '{n=$$1; $$1=""; printf "  make %-10s%s\n", n, $$0}'

demo: $(VENV)/run.stamp ## set up, then walk the whole road on invented reports
	$(BIN)/prioritizer demo

test: $(VENV)/dev.stamp check ## set up, then lint, types, import contracts, tests
	$(BIN)/python -m pytest -n 2 -q

check: $(VENV)/dev.stamp ## lint, types and import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/typos
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }

fix: $(VENV)/dev.stamp ## format, and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/run.stamp ## measure speed and memory, rivals beside ours (40 minutes)
	made=0; for area in generate ingest history train; do \
	$(BIN)/prioritizer bench $$area || made=$$?; done; exit $$made

evaluate: $(VENV)/dev.stamp ## measure the ranking on five seeds, rivals beside ours (an hour)
	$(BIN)/prioritizer bench quality --runs 5 --json $(VENV)/quality.json

data: $(VENV)/run.stamp ## make data/synthetic/sample anew
	$(BIN)/prioritizer generate --reports 2000 --seed 7 --profile icac --out data/synthetic/sample --overwrite

models: $(VENV)/run.stamp ## make models/demo anew
	$(BIN)/prioritizer generate --reports 20000 --seed 7 --profile icac --out $(VENV)/world --overwrite
	$(BIN)/prioritizer train $(VENV)/world --out models/demo --overwrite

docs: $(VENV)/run.stamp ## write the pages that come from the code
	$(BIN)/prioritizer schema > docs/data-dictionary.md
	$(BIN)/prioritizer schema --features > docs/features.md
	$(BIN)/prioritizer schema --rules > docs/provider-rules.md
	$(BIN)/prioritizer schema --completeness > docs/completeness.md
	$(BIN)/prioritizer schema --labels > docs/labels.md

notebooks: $(VENV)/dev.stamp ## run the notebooks from clean
	$(BIN)/python -m pytest -q tests/test_notebooks.py

lock: ## resolve both locks anew (needs uv)
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --group build --all-extras -c requirements.lock $(LOCK) -o requirements-dev.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --upgrade

clean: ## remove what the targets made, the environment included
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Error: no Python 3.11 to 3.13 with the venv module was found."; \
	echo "  fix: install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages; this takes a minute or two the first time."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing the locked packages for development."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
