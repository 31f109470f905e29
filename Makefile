# Huesmith in two commands: `make run` and `make test`. Each sets up .venv by itself the first time.

PYTHON := .venv/bin/python
ARGS ?=

.PHONY: help run test lint bench screenshots clean

help:           ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

run:            ## open the program; make run ARGS="--imgs DIR --out DIR" passes arguments
	@bash .ci/start $(ARGS)

test:           ## run all tests, without a display; PYTEST_ARGS="tests/core -k photo" chooses
	@bash .ci/setup
	@QT_QPA_PLATFORM=offscreen OMP_WAIT_POLICY=PASSIVE $(PYTHON) -m pytest $(PYTEST_ARGS)

lint:           ## check the code's form
	@bash .ci/setup
	@$(PYTHON) -m ruff check .

bench:          ## measure the speed, compare with the last committed table; BENCH="export dab" chooses rows
	@bash .ci/setup
	@OMP_WAIT_POLICY=PASSIVE QT_QPA_PLATFORM=offscreen $(PYTHON) -m tests.benchmarks $(BENCH)

screenshots:    ## take the pictures of docs/images from the real window
	@bash .ci/setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON) docs/screenshots.py

clean:          ## remove the environment and what the tools left behind
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis huesmith.egg-info build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
