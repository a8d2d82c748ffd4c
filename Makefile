# Every target makes its own virtual environment when there is none.
#   make test PYTHON=python3.13      with another interpreter
#   make test VENV=.venvs/other      in another environment

VENV := .venv
PYTHON :=
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# How many tests run side by side; the tests name their databases by process.
WORKERS ?= 2
# These start processes of their own, or repeat on other databases what was measured on SQLite.
UNMEASURED := tests/suite tests/example_app tests/benchmarks tests/fingerprint/test_any_text.py
UNMEASURED += tests/metrics/e2e tests/dashboards
# These need Prometheus and load the machine: one at a time, and not beside others.
SCRAPED := tests/metrics/e2e tests/dashboards

.DEFAULT_GOAL := help
.PHONY: help demo test lint type format overhead bench bench-full instructions soak coverage suite metrics dashboards dashboards-draw docs real clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

demo: $(READY) ## run the bookshop and show every finding beside its cure (KEEP=1: leave it running)
	$(BIN)/python -m example_app.demo $(if $(KEEP),--keep)

test: $(READY) ## run the tests on SQLite and on each database server that answers (ARGS=...: for pytest)
	$(BIN)/python -m pytest -q -n $(WORKERS) $(addprefix --ignore=,tests/suite $(SCRAPED)) $(ARGS)

suite: $(READY) ## run the pytest plugin on a suite of 300 tests, many times over
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/suite $(ARGS)

metrics: $(READY) ## run the bookshop under load against a Prometheus, and evaluate the dashboards
	$(BIN)/python -m pytest -q $(SCRAPED) $(ARGS)

coverage: $(READY) ## run the tests that reach every branch, and report which they miss
	$(BIN)/coverage run -m pytest -q $(addprefix --ignore=,$(UNMEASURED)) -k "not mysql and not postgresql" $(ARGS)
	$(BIN)/coverage report

lint: $(READY) ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: $(READY) ## check types
	$(BIN)/mypy

format: $(READY) ## put the code into form
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

overhead: $(READY) ## measure what listening and recording cost per statement, in a minute
	$(BIN)/python -m benchmarks.overhead $(ARGS)

bench: $(READY) ## measure what watching costs, about eight minutes
	$(BIN)/python -m benchmarks $(ARGS)

bench-full: $(READY) ## measure every rival too, each in an environment of its own: half an hour
	$(BIN)/python -m benchmarks --full $(ARGS)

instructions: $(READY) ## count instructions per statement and compare with what is stored
	$(BIN)/python -m benchmarks.instructions $(ARGS)

soak: $(READY) ## run the bookshop under 100,000 requests and look for what is left over
	$(BIN)/python -m benchmarks.soak $(ARGS)

dashboards: $(READY) ## write dashboards and rules anew, from tools/dashboards
	$(BIN)/python -m tools.dashboards

dashboards-draw: dashboards ## draw them with Grafana's UI library (Prometheus, Chromium, node, pngquant)
	$(BIN)/python -m tools.dashboards.draw

docs: $(READY) ## check the documentation
	$(BIN)/python -m pytest -q tests/docs

real: ## watch a real application, in an environment of its own
	bash tools/real/run

clean: ## remove everything that can be made again
	rm -rf $(VENV) .venvs build dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache

# A candidate must answer, not just exist: the name may be a shim for nothing.
$(READY): pyproject.toml constraints.txt
	@for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	    if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        found=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "querywatch needs Python 3.11 or newer, and found none: make PYTHON=/path/to/python" >&2; \
	    exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$found cannot make virtual environments: install its venv module" >&2; \
	    exit 1; \
	fi; \
	echo "making $(VENV) with $$($$found --version)"; \
	$$found -m venv --clear $(VENV)
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@
