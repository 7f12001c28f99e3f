# The targets of this project; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
include Makefile.lessons

.DEFAULT_GOAL := help
.PHONY: help setup run runner pyodide test check lint types messages lock bench test-sync

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 18

setup: ## Create .venv and install what the site and its tests need
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. On Debian: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) tools/setup.py
	@$(BIN)/python -m tools.messages compile

run: setup ## Set everything up and serve a filled site on http://127.0.0.1:8000
	@DEBUG=true SITE_URL=$${SITE_URL:-http://127.0.0.1:$(PORT)} $(BIN)/python manage.py demo --port $(PORT)

runner: setup lessons-environment ## The same with running code: installs the lessons' packages
	@command -v bwrap >/dev/null || { echo "bubblewrap is missing. On Debian: sudo apt install bubblewrap"; exit 1; }
	@DEBUG=true SITE_URL=$${SITE_URL:-http://127.0.0.1:$(PORT)} RUNNER_URLS=unix:$(CURDIR)/var/runner.sock $(BIN)/python manage.py demo --port $(PORT) --runner $(LESSONS_VENV)/bin/python

pyodide: setup ## Fetch Python for browsers into var/, for quests with "runs: browser" (needs npm)
	@DEBUG=true $(BIN)/python manage.py install_pyodide

test: setup ## Run the whole test suite, on SQLite and (when installed) on Postgres
	@$(BIN)/python -m tests $(ARGS)

test-sync: setup ## Drive the sync of progress by 20,000 random stories on each database (hours)
	@SYNC_EXAMPLES=20000 $(BIN)/python -m pytest tests/course/progress/test_machine.py $(ARGS)
	@SYNC_EXAMPLES=20000 $(BIN)/python -m tests.with_postgres -m pytest tests/course/progress/test_machine.py $(ARGS)

check: setup lint types ## Lint, types, import layers, migrations, system checks
	@$(BIN)/lint-imports
	@DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python -m tools.messages check

# djlint only lints: its formatter would put every {% if %} within a line on lines of its own, which
# adds spaces to what people read and has no option against it.
lint: setup ## Style of Python and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint templates --lint --quiet

types: setup ## Static types
	@$(BIN)/mypy .

messages: setup ## Collect the strings to translate into locale/ and compile them
	@$(BIN)/python -m tools.messages update

lock: setup ## Resolve the newest allowed versions into the lock files
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 requirements/app.in -o requirements/app.lock
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 requirements/dev.in -c requirements/app.lock -o requirements/dev.lock
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 requirements/messages.in -c requirements/dev.lock -o requirements/messages.lock
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.11 requirements/s3.in -c requirements/dev.lock -o requirements/s3.lock
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.12 requirements/lessons.in -o requirements/lessons.lock
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --python-version 3.12 requirements/notebooks.in -c requirements/lessons.lock -o requirements/notebooks.lock

bench: setup ## Measure the site and write docs/performance.md (some minutes)
	@$(BIN)/python -m tools.bench
