# Two commands do everything on a machine with Python 3.11 or newer: make run, make test.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check install --require-hashes

run: .venv/run.stamp   ## the product with demo data on http://127.0.0.1:$PORT (default 8000)
	@$(BIN)/python -m salesops.serve --demo

test: .venv/dev.stamp  ## all tests
	@SALESOPS_DATA=.data/test $(BIN)/pytest --create-db -n auto --maxprocesses 4 $(ARGS)

lint: .venv/dev.stamp  ## what .ci/run checks besides the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --lint --quiet templates
	@SALESOPS_DATA=.data/test $(BIN)/python manage.py makemigrations --check --dry-run

soak: .venv/dev.stamp  ## the long repetitions (about 40 minutes on two cores)
	@SALESOPS_DATA=.data/test HYPOTHESIS_PROFILE=soak $(BIN)/pytest --create-db -n auto --maxprocesses 4 -m soak $(ARGS)

bench: .venv/dev.stamp ## speed, one JSON object a line
	@SALESOPS_DATA=.data/bench $(BIN)/python -m bench $(ARGS)

screenshots: .venv/dev.stamp ## the README's pictures, taken anew
	@$(BIN)/python -m docs

lock:                  ## lock the dependencies of pyproject.toml anew (needs uv)
	@for set in "requirements:" "requirements-embedded:--extra embedded" "requirements-dev:--extra embedded --extra dev"; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	    $${set#*:} pyproject.toml -o $${set%%:*}.txt; done

.venv/run.stamp: requirements-embedded.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r $<
	@touch $@

.venv/dev.stamp: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r $<
	@touch $@ .venv/run.stamp

.PHONY: run test lint soak bench screenshots lock
