# `make run` sets up everything and starts the gateway; `make test` sets up the same and runs the suite.
SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: setup run test lint soak bench lock

BIN := .venv/bin

# The console knows by itself whether it is up to date. One that cannot be built says why and never stops the gateway.
setup: .venv/.run
	@rm .venv/.console 2>/dev/null || $(BIN)/python console/build.py || echo "The gateway runs without its pages; the next start tries again."

.venv/.run: requirements.lock pyproject.toml scripts/setup
	@scripts/setup run
	@touch $@

.venv/.test: .venv/.run requirements-test.lock
	@scripts/setup test
	@touch $@

run: setup
	@$(BIN)/narthex dev --project examples/music_store

lint: setup .venv/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2

soak: setup .venv/.test
	SOAK_RECORD=yes $(BIN)/pytest -m soak

bench: setup .venv/.test
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The locks name no index: pip asks whichever it is set up for.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra build pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test -o requirements-test.lock
