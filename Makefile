# Everything here works on a fresh machine with make and Python 3.11 or newer: no conda, no root.
# Set-up is done by locks/install.py, which compares what is installed with the lock files. It is
# asked each time (0.1 s), since time stamps say little after a checkout, a copy or a new Python.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test bench docs env env-dev locks clean-env \
	ruff-check ruff-format snakefmt snakemake-lint mypy pytest

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  ARGS="..."                 more arguments for snakemake (run), pytest (test) or the benchmark'
	@echo '  PYTHON=python3.12          the Python to set up with; python3 where not given'
	@echo '  BAKEOFF_ENGINE=cpu|cuda    the build of vLLM; none for no vLLM; found out where not given'

run: env ## Set up if needed and run the pipeline: make run ARGS="-n --configfile config/other.yaml"
	$(BIN)/snakemake --cores all $(ARGS)

test: ruff-check ruff-format snakefmt snakemake-lint mypy pytest ## Set up if needed, lint and test

bench: env ## Set up if needed and benchmark the load generator itself
	$(BIN)/python scripts/bench.py $(ARGS)

docs: env ## Derive config/schema.json and config/README.md after a change to the models
	PYTHONPATH=scripts $(BIN)/python -m bakeoff.config.docs

env: | python ## Set up .venv and .venv-vllm from the lock files
	@$(PYTHON) locks/install.py pipeline engine

env-dev: | python ## The same with the test tools
	@$(PYTHON) locks/install.py dev engine

locks: | python ## Make the lock files anew: make locks ARGS="--upgrade-package duckdb"
	PYTHON=$(PYTHON) bash locks/update.sh $(ARGS)

clean-env: ## Remove both environments
	rm -rf .venv .venv-vllm .venv.lock .venv-vllm.lock

# One target per check, so that make names the one that failed.
ruff-check: env-dev
	$(BIN)/ruff check

ruff-format: env-dev
	$(BIN)/ruff format --check

snakefmt: env-dev
	$(BIN)/snakefmt --check Snakefile rules

snakemake-lint: env-dev
	$(BIN)/snakemake --lint

mypy: env-dev
	$(BIN)/mypy

pytest: env-dev
	$(BIN)/python -m pytest $(ARGS)

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { \
		echo 'set-up failed: there is no $(PYTHON); name another: make PYTHON=python3.12 ...' >&2; \
		exit 1; \
	}
