# `make` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo install test test-slow lint format types imports docs lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(STAMP) ## Install, then show the application on the demo site: the window, or a run without a display
	$(BIN)/python main.py demo

install: $(STAMP) ## Make .venv and install everything, Debian packages too where that is possible

$(STAMP): pyproject.toml requirements.lock scripts/install
	scripts/install $(PYTHON) $(VENV)
	touch $@

test: $(STAMP) lint types imports ## Lint, type-check and run the tests
	$(BIN)/python -m pytest

test-slow: $(STAMP) ## Run the tests that take minutes or need research data ($$REID_DATA)
	$(BIN)/python -m pytest -m "slow or data" --timeout=3600

lint: $(STAMP) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## Bring the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(STAMP) ## Check types
	$(BIN)/mypy

imports: $(STAMP) ## Check that the rooms import only what they may
	$(BIN)/lint-imports

docs: $(STAMP) ## Write the pages that are made from the code
	$(BIN)/python -m reid_app.config.document docs/configuration.md

lock: $(STAMP) ## Write requirements.lock from what is installed
	$(BIN)/pip freeze --exclude-editable > requirements.lock

clean: ## Remove what was built
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
