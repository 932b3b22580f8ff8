# The steps of `make course`, run by the Makefile from the root of the repository.
#
# A step runs when one of its inputs is newer than its stamp in _build/stamps, or when its output is
# missing. Its stamp gets the time at which the step began, and only where the step succeeds.

BIN := .venv/bin
STAMPS := _build/stamps
HTML := _build/html/book/index.html
GRADE := $(BIN)/bngrader grade course/submitted --json course/grades.json

files = $(shell find $(wildcard $(1)) -type f ! -path '*/.*' ! -path '*/__pycache__/*')
if-missing = $(if $(wildcard $(1)),,FORCE)

GRADER := $(filter-out %/fingerprints.json, \
  $(call files,bngrader bnlab/kit solutions requirements.txt nbgrader_config.py))
EXERCISES := $(call files,bnlab/*.py bnlab/kit exercises)
BOOK := $(call files,_config.yml _toc.yml book)
CLASS := $(if $(wildcard course/submitted),course/submitted $(call files,course/submitted))

# Times do not show a file that was removed or a variable that was changed; this list does.
$(shell mkdir -p $(STAMPS) _build/logs; \
  { find bngrader bnlab solutions exercises book -type f ! -path '*/__pycache__/*'; env | grep '^BOOK_'; } \
    | LC_ALL=C sort > $(STAMPS)/list.new; \
  cmp -s $(STAMPS)/list.new $(STAMPS)/list || cp $(STAMPS)/list.new $(STAMPS)/list)

# $(call run,NAME,COMMAND,WHAT CAN BE OPENED NOW)
define run
@touch $@.begun
@echo "  $(1) ..."; begin=$$(date +%s); \
  $(2) > _build/logs/$(1).log 2>&1 || { \
    tail -n 40 _build/logs/$(1).log >&2; echo "make: $(1) failed: $(2)" >&2; exit 1; }; \
  echo "  $(1) done in $$(( $$(date +%s) - begin )) s$(if $(3),: $(3))"
@mv $@.begun $@
endef

.PHONY: course book FORCE
.DELETE_ON_ERROR:

book: $(STAMPS)/book

course: $(STAMPS)/leaks
	@echo
	@echo "Made"
	@echo "  book            $(HTML)"
	@echo "  handout         course/handout/batch-norm-lab.zip"
	@echo "  gradebook       course/gradebook.db"
	@echo "  class report    course/class.html"
	@echo "  feedback page   $$(find course/feedback -name '*.html' | LC_ALL=C sort | head -n 1)"
	@echo
	@echo "Next"
	@echo "  read            open $(HTML) in a browser"
	@echo "  learn           $(BIN)/jupyter lab --notebook-dir=. exercises/02_moments.ipynb"
	@echo "  teach           $(GRADE)"
	@echo

# Two steps write into their own inputs, so their stamps get the time of the end.
$(STAMPS)/exercises: $(GRADER) $(EXERCISES) $(STAMPS)/list
	$(call run,exercises,$(BIN)/bngrader build)
	@touch $@

# --all: Sphinx does not notice a changed script, style or results file.
$(STAMPS)/book: $(BOOK) $(STAMPS)/exercises $(call if-missing,$(HTML))
	$(call run,book,$(BIN)/jupyter-book build . -W -n --keep-going --all,open $(HTML))

# `bngrader sample` refuses a folder that holds learners of your own.
$(STAMPS)/sample: $(GRADER) $(CLASS) $(STAMPS)/list $(call if-missing,course/submitted)
	$(call run,sample,$(BIN)/bngrader sample course/submitted)
	@touch $@

# The verdicts go to the journal while the book is built; the step `grades` records them.
$(STAMPS)/verdicts: $(STAMPS)/sample $(call if-missing,course/journal.jsonl)
	$(call run,verdicts,$(GRADE))

$(STAMPS)/release: $(STAMPS)/book $(call if-missing,course/gradebook.db)
	$(call run,release,$(BIN)/bngrader release)

$(STAMPS)/grades: $(STAMPS)/release $(STAMPS)/verdicts $(call if-missing,course/grades.json)
	$(call run,grades,$(GRADE) --gradebook --html course/class.html,open course/class.html)

$(STAMPS)/leaks: $(STAMPS)/grades
	$(call run,leaks,$(BIN)/bngrader check-leaks)
