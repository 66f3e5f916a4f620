# One command each. Everything is installed inside the folder (.venv, node_modules, .cache);
# a second run does only what changed.

PYTHON ?= python3
PORT   ?= 8000

VENV   := .venv
BIN    := $(VENV)/bin
MUTANTS ?= losses activations network layers
READY  := $(VENV)/.python-ready $(VENV)/.node-ready

export PATH := $(CURDIR)/$(BIN):$(PATH)
export NO_MKDOCS_2_WARNING := 1
# The book's matrices are small: threads of BLAS gain nothing, and fight the tests that run beside.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help serve test site check bench mutants format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(READY) ## Build both editions and serve them at http://127.0.0.1:8000/, reloading what you save
	@python -m atelier serve --port $(PORT)

test: $(READY) ## Run every proof: package, snippets, twins, site, and the browser
	@python -m atelier browser
	@ruff check . && ruff format --check .
	@mypy
	@python -m atelier twins
	@python -m atelier site
	@# three workers on two cores: one always waits for a browser or for another program
	@python -m pytest -n 3 --dist worksteal -m 'not alone'
	@python -m pytest -m alone tests/site

check: $(READY) ## The fast gate before a pull request: what a chapter can break, with file and line
	@python -m atelier check

site: $(READY) ## Build the whole site into site/
	@python -m atelier site

bench: $(READY) ## Time the package beside scikit-learn and PyTorch; writes benchmarks/results.md
	@python -m benchmarks

mutants: $(READY) ## Change the core of the package a thousand ways; the tests must notice (over an hour)
	@pip install --quiet cosmic-ray
	@rm -rf .cache/mutants && git worktree prune && git worktree add --quiet --detach .cache/mutants HEAD
	@cd .cache/mutants && export PYTHONPATH=src && for group in $(MUTANTS); do \
	    echo "── $$group" && cosmic-ray init tests/mutants/$$group.toml $$group.sqlite \
	    && cr-filter-operators $$group.sqlite tests/mutants/$$group.toml \
	    && cosmic-ray baseline tests/mutants/$$group.toml \
	    && cosmic-ray exec tests/mutants/$$group.toml $$group.sqlite || exit 1; done
	@cd .cache/mutants && python -W ignore tests/mutants/score.py $(MUTANTS:=.sqlite)
	@git worktree remove --force .cache/mutants

format: $(READY) ## Put the Python code in the house format
	@ruff format . && ruff check --fix .

lock: $(READY) ## Lock the requirements and the npm parts anew
	@pip install --quiet uv
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --upgrade --group dev pyproject.toml --output-file requirements/dev.txt
	@npm install --package-lock-only

clean: ## Remove all that was installed or generated
	rm -rf $(VENV) node_modules .cache site dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.python-ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || { echo "── .venv"; $(PYTHON) -m venv $(VENV); }
	@echo "── Python packages (once; a few minutes on a slow line)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.node-ready: package-lock.json package.json $(VENV)/.python-ready
	@echo "── Front-end parts"
	@npm ci --no-progress --loglevel=error
	@touch $@
