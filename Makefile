# Two commands matter: `make demo` and `make test`. All they need goes below this directory.
# GNU make 3.81 (macOS) is enough; on Windows run the same lines by hand, see CONTRIBUTING.md.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.11

# Compiled programs, toolchains and downloads of crosswind stay in the checkout.
CROSSWIND_CACHE ?= $(CURDIR)/.cache/crosswind
export CROSSWIND_CACHE

# So do Go's own caches where crosswind has to bring the Go; a Go that you have keeps yours.
ifeq ($(shell command -v go 2>/dev/null),)
GOCACHE ?= $(CURDIR)/.cache/go-build
GOPATH ?= $(CURDIR)/.cache/go
export GOCACHE GOPATH
endif

# One setting for trust and one for the index are enough: pip reads PIP_CERT and PIP_INDEX_URL,
# Go reads SSL_CERT_FILE, uv reads SSL_CERT_FILE and UV_DEFAULT_INDEX.
ifdef SSL_CERT_FILE
PIP_CERT ?= $(SSL_CERT_FILE)
export PIP_CERT
endif
ifdef PIP_CERT
SSL_CERT_FILE ?= $(PIP_CERT)
export SSL_CERT_FILE
endif
ifdef PIP_INDEX_URL
UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
export UV_DEFAULT_INDEX
endif

.PHONY: setup demo test check bench prove docs lock clean help

setup: .venv/.base  ## install crosswind into .venv (the default)

demo: setup  ## build examples/greet for three platforms, verify all, run what runs here, show its icon
	$(BIN)/crosswind -C examples/greet build -v
	$(BIN)/crosswind -C examples/greet inspect dist/greet_windows_amd64/greet.exe --show resources

test: .venv/.dev  ## the whole test suite, as CI runs it, the demo included
	@sh scripts/apt.sh -r requirements/debian.txt || echo 'the tests that need them are skipped'
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile tests/unit tests/integration $(ARGS)

check: .venv/.dev  ## format, lint, types, layering, locks, clean text, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/check_locks.py
	$(BIN)/python scripts/check_clean.py
	$(BIN)/python scripts/check_docs.py
	$(BIN)/python scripts/emulator_calls.py --check
	$(MKDOCS) --site-dir .cache/site

bench: .venv/.dev  ## ratios against peers
	@set -e; for part in $$(grep -l __main__ bench/*.py); do echo "== $$part"; $(BIN)/python "$$part"; done

prove: .venv/.dev  ## every full matrix and fuzz count, into docs/proofs; takes hours
	@set -e; for part in prove/prove_*.py; do echo "== $$part"; $(BIN)/python "$$part"; done

docs: .venv/.dev  ## the documentation site, into site
	$(MKDOCS)

lock: .venv/.dev  ## write the hashes in requirements anew; ARGS=--upgrade takes newer versions
	@cd requirements && set -e && for name in base dev build; do echo $$name; \
		../$(LOCK) $(ARGS) --output-file $$name.txt $$name.in; done

clean:  ## remove all that these commands made
	@# Go makes the directories of its module cache read-only.
	@if [ -d .cache ]; then chmod -R u+w .cache; fi
	rm -rf .venv .cache dist site examples/*/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

$(BIN)/pip:
	@PYTHON='$(PYTHON)' sh scripts/venv.sh .venv

.venv/.base: requirements/base.txt requirements/build.txt pyproject.toml | $(BIN)/pip
	@echo 'installing crosswind into .venv'
	@$(PIP) install --require-hashes -r requirements/base.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@echo 'installing the tools for tests and checks into .venv'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
