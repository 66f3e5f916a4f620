# One command each. Everything is installed inside the folder (.venv, node_modules, .cache);
# a second run does only what changed.

PYTHON ?= python3
PORT   ?= 8000

VENV   := .venv
BIN    := $(VENV)/bin
MUTANTS ?= losses activations network layers
# What a reader needs, to build the book and read it; what its makers need on top, to test it.
BOOK   := $(VENV)/.book-ready
DEV    := $(VENV)/.dev-ready
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export PATH := $(CURDIR)/$(BIN):$(PATH)
export NO_MKDOCS_2_WARNING := 1
# The book's matrices are small: threads of BLAS gain nothing, and fight the tests that run beside.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help serve test site check bench mutants format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(BOOK) ## Build both editions and serve them at http://127.0.0.1:8000/, reloading what you save
	@python -m atelier serve --port $(PORT)

test: $(DEV) ## Run every proof: package, snippets, twins, site, and the browser
	@python -m atelier browser
	@ruff check . && ruff format --check .
	@mypy
	@python -m atelier twins
	@python -m atelier site
	@# three workers on two cores: one always waits for a browser or for another program
	@python -m pytest -n 3 --dist worksteal

check: $(DEV) ## The fast gate before a pull request: what a chapter can break, with file and line
	@python -m atelier check

site: $(BOOK) ## Build the whole site into site/
	@python -m atelier site

bench: $(DEV) ## Time the package beside scikit-learn and PyTorch, and the pages; writes benchmarks/results.md
	@python -m benchmarks

mutants: $(DEV) ## Change the core of the package a thousand ways; the tests must notice (over an hour)
	@pip install --quiet cosmic-ray
	@rm -rf .cache/mutants && git worktree prune && git worktree add --quiet --detach .cache/mutants HEAD
	@cd .cache/mutants && export PYTHONPATH=src && for group in $(MUTANTS); do \
	    echo "── $$group" && cosmic-ray init tests/mutants/$$group.toml $$group.sqlite \
	    && cr-filter-operators $$group.sqlite tests/mutants/$$group.toml \
	    && cosmic-ray baseline tests/mutants/$$group.toml \
	    && cosmic-ray exec tests/mutants/$$group.toml $$group.sqlite || exit 1; done
	@cd .cache/mutants && python -W ignore tests/mutants/score.py $(MUTANTS:=.sqlite)
	@git worktree remove --force .cache/mutants

format: $(DEV) ## Put the Python code in the house format
	@ruff format . && ruff check --fix .

LOCK := pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: $(DEV) ## Lock the requirements and the npm parts anew
	@pip install --quiet uv
	@uv pip compile $(LOCK) --upgrade --group dev --output-file requirements/dev.txt
	@uv pip compile $(LOCK) --upgrade --constraint requirements/dev.txt \
	    --group book --group build --output-file requirements/book.txt
	@npm install --package-lock-only

clean: ## Remove all that was installed or generated
	rm -rf $(VENV) node_modules .cache site dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BOOK): requirements/book.txt pyproject.toml package-lock.json package.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || { echo "── .venv"; $(PYTHON) -m venv $(VENV); }
	@echo "── What the book is built with (once; a few minutes on a slow line)"
	@$(INSTALL) --require-hashes -r requirements/book.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@npm ci --omit=dev --no-progress --loglevel=error
	@touch $@

$(DEV): requirements/dev.txt $(BOOK)
	@echo "── What it is tested with: the rest of requirements/dev.txt and package.json (once)"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@npm ci --no-progress --loglevel=error
	@touch $@
