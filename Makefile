# Targets of the course. `make` alone prints what there is.

PYTHON ?= python3.11
GPU_PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_TEST := .venv/.ready-test
STEPS = $(MAKE) --no-print-directory -f tools/course.mk $(if $(filter -j%,$(MAKEFLAGS)),,-j2)

.DEFAULT_GOAL := help
.PHONY: help setup course test quick book pdf epub exercises figures experiments release grade \
        validate-tests mutants bench gpu attacks fuzz lint clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(READY) ## install what the course needs into .venv

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) not found; install Python 3.11, or run make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "make: $(PYTHON) is $$($(PYTHON) --version), expected Python 3.11; run make PYTHON=..." >&2; exit 1; }
	@echo "Installing requirements.txt into .venv; the first time this takes a few minutes"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@begin=$$(date +%s) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt && \
	  echo $$(( $$(date +%s) - begin )) > $@

$(READY_TEST): requirements-test.txt $(READY)
	@echo "Installing requirements-test.txt into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

course: $(READY) ## build the book and the handout, grade a sample class
	@echo "Making the course; the output of each step is in _build/logs"
	+@begin=$$(date +%s); $(STEPS) course && \
	  echo "Time: $$(cat $(READY)) s to install .venv, $$(( $$(date +%s) - begin )) s to make the course"

test: $(READY_TEST) ## run linters, type checks and all tests; ARGS="-k moments" for some of them
	@$(BIN)/python -m tools.make_test $(ARGS)

quick: $(READY_TEST) ## run linters and the fast tests, in less than 90 s
	@$(BIN)/python -m tools.make_test --quick $(ARGS)

book: $(READY) ## build the book in _build/html
	+@$(STEPS) book

pdf: book $(READY_TEST) ## print the book to one PDF and link it from the pages; needs Chromium
	@$(BIN)/python -m tools.make_pdf

epub: $(READY) ## build the book as one EPUB and link it from the pages
	@$(BIN)/python -m tools.make_epub

exercises: $(READY) ## generate bnlab/*.py and exercises/*.ipynb from solutions/
	@$(BIN)/bngrader build

figures: $(READY) ## draw the figures of the book
	@$(BIN)/python -m book.palette
	@$(BIN)/python -m book.figures
	@$(BIN)/python -m book.social_card

experiments: $(READY) ## measure the numbers of the book; NAME=... for one, QUICK=1 for a short run
	@$(BIN)/python -m book.experiments $(NAME) $(if $(QUICK),--quick)

release: $(READY) ## write the handout and the assignments of nbgrader
	@$(BIN)/bngrader release

grade: $(READY) ## grade course/submitted and record the marks in the gradebook
	@$(BIN)/bngrader grade course/submitted --gradebook --json course/grades.json

validate-tests: $(READY) ## run every mistake against every hidden test
	@$(BIN)/bngrader validate-tests --pairs 100

mutants: $(READY_TEST) ## run mutants of the references against the hidden tests
	@$(BIN)/python -m tools.mutation

bench: $(READY) ## time the references against torch, and the grader against its peers; resumable
	@$(BIN)/python -m benchmarks

gpu: ## measure on a machine with a GPU, in at most nine minutes; needs torch with CUDA, no .venv
	@$(GPU_PYTHON) -m benchmarks.gpu

attacks: $(READY) ## run every attack on every tier of the sandbox; writes docs/attacks.md
	@$(BIN)/python -m tools.attacks

fuzz: $(READY_TEST) ## fuzz what parses submissions for ten minutes, or MINUTES=60
	@$(BIN)/python -m tools.fuzz --minutes $(or $(MINUTES),10)

lint: $(READY_TEST) ## run ruff, the import contracts and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache && $(BIN)/mypy

clean: ## remove what was built; .venv and course/ stay
	@rm -rf _build .pytest_cache .ruff_cache .mypy_cache
