# `make run` sets up everything and starts the gateway; `make test` sets up the same and runs the suite.
SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: setup run test lint soak bench lock

BIN := .venv/bin
CONSOLE := $(shell find console -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/__pycache__/*' 2>/dev/null)

setup: .venv/.run .venv/.console

.venv/.run: requirements.lock pyproject.toml scripts/setup
	@scripts/setup run
	@touch $@

.venv/.test: .venv/.run requirements-test.lock
	@scripts/setup test
	@touch $@

# A console that cannot be built is said and tried again next time; it never stops the gateway.
.venv/.console: .venv/.run $(CONSOLE)
	@if scripts/setup console; then touch $@; fi

run: setup
	@$(BIN)/narthex dev --project examples/music_store

lint: setup .venv/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2

soak: setup .venv/.test
	$(BIN)/pytest -m soak

bench: setup .venv/.test
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The locks name no index: pip asks whichever it is set up for.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra build pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test -o requirements-test.lock
