# Everything runs from .venv, which the first target that needs it makes. `make` alone prints the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
N      ?= 500
SECONDS ?= 60
# The tests that reach the guards of the four packages that `make coverage` measures.
COVERED = tests/contract tests/real/test_postgres.py $(patsubst %,tests/unit/test_%.py,dispatch dispatch_errors wire smtp_table lock \
  connecting sending_guards replies shape_guards macro_cache stored_proofs unfit_proofs batch_guards process_pool python_api in_doubt scheduled \
  restricted times evidence bounces_command api_send adoption feeds_submitted ship_confirm fetch fetch_command fetch_killed causes \
  selection campaigns hours api_faults feed_reports ledger_view upkeep own_facts rule_set inbox_web)

.DEFAULT_GOAL := help
.PHONY: help setup demo render preview i18n doctor check test test-real coverage growth approve oracle sweep mutations fixing boxes faults simulate fuzz bench causes words likeness bundle clients docs lint lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with everything pinned in requirements.lock
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "franking needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ": make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## previews, then a checked batch of the sample orders into the embedded inbox
	@$(BIN)/python docs/examples/demo.py

render: $(READY) ## previews of every kind, theme, language and sample: build/previews/index.html
	@$(BIN)/franking render

preview: $(READY) ## the live preview for designers: http://127.0.0.1:8000
	@$(BIN)/franking preview

i18n: $(READY) ## bring the translation catalogues up to date; what is missing
	@$(BIN)/franking i18n

doctor: $(READY) ## what is ready to send, what is not, and what to do
	@$(BIN)/franking doctor

check: render ## check the finished previews as any other mail
	@$(BIN)/franking check build/previews

test: $(READY) ## the tests that need only Python
	@$(BIN)/python -m pytest -m "not real"

test-real: $(READY) ## the tests against Chromium, Postfix, Dovecot and Postgres
	@$(BIN)/python tests/real/need.py
	@$(BIN)/python -m pytest -m real

coverage: $(READY) ## branch coverage of shape_cache, outbox, dispatch and batch: fails under 95 % of one of them
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest $(COVERED)
	@$(BIN)/coverage combine --quiet
	@failed=0; for package in shape_cache outbox dispatch batch; do \
	  $(BIN)/coverage report --include="src/franking/$$package/*" --fail-under=95 || failed=1; done; exit $$failed

growth: $(READY) ## how time grows with the input, as in make test, on inputs eight times as large
	@FRANKING_GROWTH=8 $(BIN)/python -m pytest tests/unit/test_linear.py tests/unit/test_linear_files.py

approve: $(READY) ## take the present look of all messages as the approved one (tests/approved)
	@$(BIN)/python -m tests.real.pictures

causes: $(READY) ## write the table of broken projects (tests/data/broken-projects.md)
	@$(BIN)/python -m tests.unit.causes_table

oracle: $(READY) ## the checker against Chromium on N generated messages: make oracle N=2000
	@$(BIN)/python -m tests.real.oracle $(N)

sweep: $(READY) ## the checker against Chromium, every property that it supports, N messages: make sweep N=3000
	@$(BIN)/python -m tests.real.sweep $(N)

mutations: $(READY) ## the checker against Chromium, N mutations of real mails: make mutations N=2000
	@$(BIN)/python -m tests.real.mutations $(N)

fixing: $(READY) ## check --fix on real mails and N mutations of them, judged by Chromium: make fixing N=1000
	@$(BIN)/python -m tests.real.fixing $(N)

boxes: $(READY) ## freeze Chromium's boxes of small messages anew: tests/data/boxes
	@$(BIN)/python -m tests.real.boxes

faults: $(READY) ## batches under kills, cuts and refusals, judged against what arrived: make faults N=200
	@$(BIN)/python -m tests.real.faults $(if $(filter 500,$(N)),200,$(N))

simulate: $(READY) ## N stories of sending, crashing and sending again in a simulated world: make simulate N=20000
	@$(BIN)/python -m tests.simulation $(N)

fuzz: $(READY) ## coverage-guided fuzzing of the checker: make fuzz SECONDS=600
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "atheris>=3"
	@mkdir -p build/fuzz/corpus
	@$(BIN)/python -m tests.fuzz.check -max_total_time=$(SECONDS) -timeout=20 -rss_limit_mb=4096 -max_len=20000 \
	  -artifact_prefix=build/fuzz/ -print_final_stats=1 build/fuzz/corpus

bench: $(READY) ## measure against named peers: build/bench.json
	@$(BIN)/python -m bench

likeness: $(READY) ## train the model of the text rules on the labelled sentences, after a change to one
	@$(BIN)/python -m bench.likeness

words: $(READY) ## write the indexes of the word lists and of the frames' vocabularies, after a change to one
	@mkdir -p build
	@$(BIN)/python -m franking.policy.words > build/words.json && mv build/words.json src/franking/policy/words/index.json
	@$(BIN)/python -m franking.policy.frames src/franking/policy/frames/index

bundle: $(READY) ## write the preview's editor (CodeMirror) and its licences, after a change in frontend/: needs node and npm
	@$(BIN)/python -m tests.real.bundle

clients: $(READY) ## renew what mail programs support from npm's caniemail: src/franking/mailbox/caniemail.json
	@rm -rf build/caniemail && mkdir -p build/caniemail
	@npm pack caniemail@2 --silent --pack-destination build/caniemail > build/caniemail/name
	@tar -xzf build/caniemail/$$(cat build/caniemail/name) -C build/caniemail
	@$(BIN)/python -m franking.mailbox.renew build/caniemail/package

docs: $(READY) ## write docs/rules.md, docs/cli.md, docs/configuration.md, the indexes of the rules and head.sql from the program itself
	@mkdir -p build
	@$(BIN)/python -m franking.outbox.snapshot > build/head.sql && mv build/head.sql src/franking/outbox/head.sql
	@$(BIN)/python -m franking.cli.rule_pages docs > docs/rules.md
	@$(BIN)/python -m franking.cli.rule_pages index > build/rules.json && mv build/rules.json src/franking/cli/rules.json
	@$(BIN)/python -m franking.cli.rule_pages without-values > build/rules.json && mv build/rules.json src/franking/check/rules_without_values.json
	@$(BIN)/python -m franking.cli.reference cli > docs/cli.md
	@$(BIN)/python -m franking.cli.reference configuration > docs/configuration.md

lint: $(READY) ## style, strict types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 src/franking
	@$(BIN)/lint-imports

lock: $(READY) ## renew requirements.lock from pyproject.toml, for every system and Python from 3.11 on
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --python-version 3.11 \
	  --all-extras --output-file requirements.lock pyproject.toml

clean: ## remove what the build made (not .venv, not your ledger)
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
