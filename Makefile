# `make serve` and `make test` need Python 3.11 or newer, make and a package index; they install the rest into .venv.
#
#   make serve [HOST=127.0.0.1] [PORT=8000] [STORE=file:store]
#   make test  [ARGS="-k blocked"]
#   PYTHON=/path/to/python chooses the interpreter that .venv is made with.

.DEFAULT_GOAL := help
.PHONY: help serve test virtuoso check format editor screenshots bench clean
SHELL := /bin/sh

VENV := .venv
RUN := $(VENV)/bin/python
LEARNED := kg/language/intent.npz kg/parsed.pickle
CANDIDATES := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-input

help:
	@echo "make serve    install, load the seed, serve http://127.0.0.1:8000 (HOST=, PORT=, STORE= change that)"
	@echo "make test     install and run all tests (ARGS= goes to pytest)"
	@echo "make virtuoso run the tests of a remote store on Virtuoso 7 (Debian, Ubuntu: apt install virtuoso-opensource-7)"
	@echo "make check    style, types, imports, and the ontology with its shapes, rules and questions (kg check)"
	@echo "make format   put the code into the project's format"
	@echo "make editor   build the SPARQL editor's script anew (needs Node.js and npm; what is built is checked in)"
	@echo "make screenshots  take pictures of all pages, wide and narrow, light and dark, into screenshots/ (FOLDER= changes that)"
	@echo "make bench    measure throughput, the first answer, updates, readers beside writes, loading, and questions in English"
	@echo "make clean    remove what was installed and built; the store stays"

serve: $(VENV)/.installed $(LEARNED)
	@exec $(RUN) -m kg.cli serve

# Files side by side, as many as there are cores, up to four: what a file's tests share is made once.
test: $(VENV)/.installed-test $(LEARNED)
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

virtuoso: $(VENV)/.installed-test
	@KG_TEST_ENDPOINT=virtuoso $(RUN) -m pytest tests/test_store.py tests/test_remote_*.py $(ARGS)

check: $(VENV)/.installed-dev
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --quiet --check --diff .
	@$(RUN) -m mypy --no-error-summary
	@$(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
	@$(RUN) -m kg.cli check

format: $(VENV)/.installed-dev
	@$(RUN) -m ruff check --quiet --fix .
	@$(RUN) -m ruff format --quiet .

FOLDER := screenshots
screenshots: $(VENV)/.installed-test $(LEARNED)
	@$(RUN) -m tests.screenshots $(FOLDER)

bench: $(VENV)/.installed-test $(LEARNED)
	@$(RUN) benchmarks/throughput.py
	@$(RUN) benchmarks/first_answer.py
	@$(RUN) -m benchmarks.updates
	@$(RUN) -m benchmarks.readers
	@$(RUN) benchmarks/loading.py
	@$(RUN) benchmarks/english.py tests/english/*.txt.gz

# The editor's script, from the packages that web/package-lock.json pins; its digest says which build is checked in.
editor:
	@cd web && npm ci --ignore-scripts --silent && npm run --silent build && npm run --silent licences
	@cd api/static && sha256sum editor.js > ../../web/editor.sha256

clean:
	@rm -rf $(VENV) $(LEARNED) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find kg api tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# What is installed: the project alone, with what its tests need, with what its checks need.
$(VENV)/.installed: pyproject.toml hatch_build.py Makefile
	@$(call install,.,$@)

$(VENV)/.installed-test: pyproject.toml hatch_build.py Makefile
	@$(call install,.[test],$@ $(VENV)/.installed)

$(VENV)/.installed-dev: pyproject.toml hatch_build.py Makefile
	@$(call install,.[dev],$@ $(VENV)/.installed $(VENV)/.installed-test)

# Which question is meant, and what the SPARQL of rules and questions is read as: made when the project is installed,
# and again where these have changed since.
kg/language/intent.npz: examples/asked.txt $(wildcard queries/*.rq)
	@$(RUN) -c 'from kg.knowledge import Knowledge; from kg.language import learn; from kg.settings import Home; learn(Knowledge(Home()))'

kg/parsed.pickle: $(wildcard queries/*.rq ontology/rules/*.rq kg/*.py kg/rules/*.py kg/questions/*.py)
	@$(RUN) -c 'from kg.knowledge import Knowledge; from kg.settings import Home; Knowledge(Home()).parse()'

# Install $(1) into .venv, which is made first where it is missing or its Python is gone; then touch the marks $(2).
install = $(ensure_venv) && echo "Installing $(1) and what it needs into $(VENV) (once; a minute or so) ..." \
	&& $(RUN) $(PIP_INSTALL) --editable '$(1)' && touch $(2)

# A Python with venv and ensurepip makes .venv whole. One without ensurepip (Debian's python3 without python3-venv) needs its own pip.
ensure_venv = { $(RUN) -m pip --version >/dev/null 2>&1 || ( \
	for python in $(CANDIDATES); do \
	  "$$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  found="$$found $$python"; \
	  if "$$python" -c 'import ensurepip' >/dev/null 2>&1; then \
	    "$$python" -m venv --clear $(VENV) && exit 0; \
	  elif "$$python" -m pip --version >/dev/null 2>&1; then \
	    "$$python" -m venv --clear --without-pip $(VENV) && "$$python" -m pip --python $(RUN) install --quiet --disable-pip-version-check pip && exit 0; \
	  fi; \
	done; \
	if test -n "$$found"; then \
	  echo "Found$$found, but it can make no virtual environment: it lacks ensurepip and pip." >&2; \
	  echo "Install them (Debian, Ubuntu: apt install python3-venv), or name another Python: make PYTHON=/path/to/python" >&2; \
	else \
	  echo "Python 3.11 or newer is needed; none of these is one: $(CANDIDATES)" >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python" >&2; \
	fi; exit 1 ); }
