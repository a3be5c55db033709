# The few commands of this house; everyone and CI use the same. `make` alone says what there is.
# Each prepares what it needs first: a virtual environment in .venv, from the hashed locks.

PYTHON ?= $(firstword $(shell command -v python3.11) $(shell command -v python3) python3.11)
BIN := .venv/bin
WORKERS ?= 2
ARGS ?=
# The tests of the rooms in [tool.coverage.report] of pyproject.toml: theirs alone must take every branch.
CORE_TESTS := tests/storage/keys tests/storage/rotation tests/storage/audit tests/storage/test_sealing.py tests/storage/test_wrapping.py \
	$(wildcard tests/storage/test_spool*.py) tests/vectors
LOCK := $(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(ARGS)

# Some machines forbid compiled files; every process of every test would then compile the house anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-long test-faults coverage check format bench eval build lock environment dev-environment test-tools

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' Makefile | expand -t 14

demo: environment ## a throw-away desk with sample people; prints one sign-in link (ARGS="--port 8500")
	@$(BIN)/nightdesk demo $(ARGS)

test: dev-environment test-tools check ## the checks, then all tests but the long ones
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Long are faults, whole desks of real processes, and every page in a browser.
test-fast: dev-environment test-tools ## after a change: all but the long files, in a few minutes
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore=tests/faults --ignore=tests/journeys \
		--ignore=tests/ui/admin/test_every_page.py $(ARGS)

test-long: dev-environment test-tools coverage test-faults ## every branch of the vault's core, fuzzing, replays, soaks
	@$(BIN)/python -m pytest -m long --hypothesis-profile=long --ignore=tests/faults $(ARGS)

# One line a block, so that it can be followed. What is found bad is kept in tests/faults/cases.
test-faults: dev-environment test-tools ## 20,000 power cuts, 2,000 kills: an hour or two, a part of test-long
	@$(BIN)/python -m pytest -m long -v --hypothesis-profile=long -n $(WORKERS) --dist worksteal tests/faults $(ARGS)

coverage: dev-environment ## fails unless the tests of sealing, keys, rotation, spool and audit take every branch of them
	@$(BIN)/python -m coverage run -m pytest -q -k "not postgres" $(CORE_TESTS)
	@$(BIN)/python -m coverage report

check: dev-environment ## ruff, formatting, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: dev-environment ## lay the code out
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: dev-environment ## our figures beside the plain way, as ratios (ARGS="door")
	@$(BIN)/python -m tests.bench $(ARGS)

eval: dev-environment ## how well redaction finds what it must
	@$(BIN)/python -m tests.eval $(ARGS)

lock: dev-environment ## the locks anew from pyproject.toml; ARGS=--upgrade for newer versions
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) --group pyproject.toml:build --output-file requirements-build.txt
	@$(LOCK) pyproject.toml --group pyproject.toml:dev --constraint requirements.txt --constraint requirements-build.txt \
		--output-file requirements-dev.txt

environment:
	@$(PYTHON) packaging/environment.py run

dev-environment:
	@$(PYTHON) packaging/environment.py dev

test-tools: dev-environment
	@$(BIN)/python -m tests.system_tools
