# Every target does the set-up it needs; the second time there is nothing left to do.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := --no-input --disable-pip-version-check --quiet --progress-bar off
CODE   := benchmarks faults ops payroll sandbox schemas services stream tests
SETUP  := $(VENV)/.created $(VENV)/.dependencies $(VENV)/.project .cache/.kafka

# Compiled modules are kept between runs: without them every start of pytest costs four seconds more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test unit lint bench fault lock setup clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: setup ## start everything, register what the manuals describe, show the mails, end
	@$(PY) -m ops.cli demo

# Four processes on two cores: half of a real test is waiting. Who runs what is told in tests/dealing.py.
test: lint ## lint and all tests, on real Kafka, Postgres and SMTP
	$(PY) -m pytest --numprocesses=4 --dist=loadscope --no-loadscope-reorder tests/contract tests/sandbox tests/flow tests/unit

# Two processes of their own: where one deals the tests out to two others, that costs a third of their time. They share
# nothing, so no cache either.
QUICK := $(PY) -m pytest -p no:cacheprovider -m "not sandbox and not long" --hypothesis-profile=quick
HALF  := $(addprefix tests/unit/,schemas services)
# What judges, measures, breaks and fuzzes the product is tested with all the rest.
LATER := $(addprefix tests/unit/,audit benchmarks faults)

unit: setup ## the fast tests, with nothing running
	@$(QUICK) $(HALF) >.cache/unit.txt 2>&1 & half=$$!; \
	$(QUICK) tests/unit tests/contract $(addprefix --ignore=,$(HALF) $(LATER)); failed=$$?; \
	if wait $$half; then tail -n 1 .cache/unit.txt; else failed=$$?; cat .cache/unit.txt; fi; exit $$failed

# All have one name, and no run of mypy takes a name twice: in a run of their own each goes by its folder's too.
CONFTESTS := $(subst /,.,$(basename $(wildcard $(addsuffix conftest.py,tests/ tests/*/ tests/*/*/))))

lint: setup ## style, types and the direction of imports
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m mypy $(CONFTESTS:%=--module=%)
	$(VENV)/bin/lint-imports
	$(PY) -m schemas.release --check
	$(PY) -m schemas.flow_diagram --check
	$(PY) -m services.provisioning.states_table --check

bench: setup ## measure: CPU per service, drain rate, latency, memory
	@$(PY) -m benchmarks

fault: setup ## break everything, simulated and for real; one table of what came of it (SEEDS=100000)
	@$(PY) -m faults --json .cache/fault.json $(if $(SEEDS),--seeds $(SEEDS))

lock: setup ## lock the dependencies' and Kafka's newest allowed versions, by hash
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" requirements/compile.sh
	$(PY) -m sandbox.kafka_download --lock

setup: $(SETUP) ## what all others need: Python packages, Java, Kafka, Postgres

clean: ## remove everything that make and the sandbox made here
	@if [ -f $(VENV)/.project ]; then $(PY) -m sandbox.remove; fi
	rm -rf $(VENV) .cache .sandbox .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(CODE) -type d -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and \"$(PYTHON)\" is not that."; \
	  echo "On Debian: apt install python3 python3-venv; or name another: make PYTHON=/path/to/python3.11"; \
	  exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments: its venv and ensurepip modules are missing."; \
	  echo "On Debian: apt install $$($(PYTHON) -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"; \
	  exit 1; } >&2
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.dependencies: requirements/all.txt $(VENV)/.created
	@echo "installing the packages of $< (once, some minutes on a slow line)"
	@$(PY) -m pip install $(PIP) --require-hashes -r $< || { \
	  echo "The packages could not be installed. Where pip found no version at all (\"from versions: none\"),"; \
	  echo "no package registry can be reached: look at the network, at HTTPS_PROXY and at pip's settings."; \
	  exit 1; } >&2
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.dependencies
	$(PY) -m pip install $(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

.cache/.kafka: sandbox/kafka.sha256 $(VENV)/.dependencies
	@$(PY) -m sandbox.kafka_download
	@$(PY) -m sandbox.kafka_warm_up
	@touch $@
