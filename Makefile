# The verbs of the course. `make course` and `make test` are all a newcomer needs.

PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready
BOOK := _build/html/book/index.html
CLASS := course/submitted

.DEFAULT_GOAL := help
.PHONY: help setup course test quick book pdf exercises figures experiments release grade \
        validate-tests mutants bench attacks fuzz lint clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## the environment in .venv

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) is missing, expected Python 3.11; install it or say make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "make: $(PYTHON) is $$($(PYTHON) --version), expected Python 3.11; say make PYTHON=..." >&2; exit 1; }
	@echo "Setting up .venv (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

course: $(READY) ## the book, the release, a graded sample class
	@$(BIN)/python -m tools.make_course

test: $(READY) ## linters, type checks, all tests; ARGS="-k moments" for some of them
	@$(BIN)/python -m tools.make_test $(ARGS)

quick: $(READY) ## linters and the fast tests, in less than 90 s
	@$(BIN)/python -m tools.make_test --quick $(ARGS)

book: $(READY) ## the book, in _build/html
	@$(BIN)/python -m tools.make_book

pdf: book ## the book as one file, in _build/pdf; needs Chromium
	@$(BIN)/python -m tools.make_pdf

exercises: $(READY) ## bnlab/*.py and exercises/*.ipynb from solutions/
	@$(BIN)/bngrader build

figures: $(READY) ## the book's figures from their scripts
	@$(BIN)/python -m book.palette
	@$(BIN)/python -m book.figures
	@$(BIN)/python -m book.social_card

experiments: $(READY) ## the book's numbers; NAME=... for one, QUICK=1 for a short run
	@$(BIN)/python -m book.experiments $(NAME) $(if $(QUICK),--quick)

release: $(READY) ## the learners' handout and nbgrader's assignments
	@$(BIN)/bngrader release

grade: $(READY) ## judge course/submitted into the gradebook
	@$(BIN)/bngrader grade $(CLASS) --gradebook --json course/grades.json

validate-tests: $(READY) ## every mistake against every hidden test
	@$(BIN)/bngrader validate-tests --pairs 100

mutants: $(READY) ## mutate the solved modules; every survivor must be explained
	@$(BIN)/python -m tools.mutants

bench: $(READY) ## the grader against its peers and its floor; solved modules against torch
	@$(BIN)/python -m benchmarks.batch_norm
	@$(BIN)/python -m benchmarks.grading

attacks: $(READY) ## every attack on every tier of protection; writes docs/attacks.md
	@$(BIN)/python -m tools.attacks

fuzz: $(READY) ## ten minutes of fuzzing what parses a learner's bytes; MINUTES=60 for more
	@$(BIN)/python -m tools.fuzz --minutes $(or $(MINUTES),10)

lint: $(READY) ## ruff, the import contracts, mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache && $(BIN)/mypy

clean: ## remove what was built; the running course and .venv stay
	@rm -rf _build .pytest_cache .ruff_cache .mypy_cache
