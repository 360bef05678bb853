PY := .venv/bin/python
EQUIPOISE := .venv/bin/equipoise
STAMP := .venv/.installed
SEED := 5
# Two workers, a file at a time, in the order of tests/conftest.py.
TWO := -n 2 --dist loadfile --no-loadscope-reorder
# Each worker and each command that it starts has one core, and no pool of threads that wait for another.
ONE_CORE := POLARS_MAX_THREADS=1 OPENBLAS_NUM_THREADS=1
# Bytecode is kept: every worker and every command that a test starts would compile the house again.
export PYTHONDONTWRITEBYTECODE :=
DB := sqlite

# In 45 seconds: what is worked by hand, cases, and the rooms that need no virtual trials, without the files that take longest.
QUICK := tests/byhand tests/cases $(wildcard tests/unit/test_*.py) tests/unit/kernels \
	tests/unit/meaning tests/unit/design tests/unit/protocol tests/laws/test_house.py \
	tests/laws/test_no_circles.py tests/docs/test_names.py tests/docs/test_surface.py
SLOW := tests/cases/test_planted_queries.py tests/cases/test_pilot_sdtm.py tests/unit/test_extensions.py \
	tests/unit/test_notebook.py tests/unit/protocol/test_usdm_reading.py tests/unit/protocol/test_values.py \
	tests/unit/protocol/test_settings_are_read.py

.PHONY: test suite lint demo examples bench fuzz verification dosing tamper approve wheel clean refusals nulls roles pages trace conducted sdtm-rules netter-live e2e-amend odm storm api million crowded quick docs lowest

$(STAMP): requirements.lock pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

# Types are checked beside the first tests, on what the two leave of the machine.
test: $(STAMP)
	$(MAKE) --no-print-directory -j2 lint suite

suite: $(STAMP)
	$(ONE_CORE) SPENT=build/spent.tsv $(PY) -m pytest -p bench.spent $(TWO)

quick: $(STAMP)
	$(PY) -m ruff check .
	$(ONE_CORE) $(PY) -m pytest $(TWO) $(filter-out $(SLOW),$(QUICK)) $(addprefix --ignore=,$(SLOW))

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

# Two finished reports: a real trial from its public SDTM, and NETTER-1 on virtual patients.
demo: examples
	$(EQUIPOISE) build examples/pilot
	$(EQUIPOISE) build examples/netter1

examples: $(STAMP)
	$(PY) examples/pilot/collect.py
	$(EQUIPOISE) run examples/netter1 --truth "as reported" --seed $(SEED)

bench: $(STAMP)
	$(PY) -m bench

# Protocols and data of the examples, broken at random: every case must be told in its place.
fuzz: $(STAMP)
	$(PY) -m fuzz --seed $(SEED)

# The documentation site, offline: every warning is an error, every example is run.
docs: $(STAMP)
	$(PY) -m sphinx -q -W --keep-going -b html docs build/docs
	$(PY) -m sphinx -q -W --keep-going -b doctest docs build/doctest
	@echo build/docs/index.html

verification: $(STAMP)
	$(PY) -m verification

# What is done about a dose, by every case that a clinician wrote.
dosing: $(STAMP)
	$(PY) -m pytest -v -n 0 tests/cases/test_dosing_cases.py

# Twelve attacks on the audit, on both databases.
tamper: $(STAMP)
	$(PY) -m pytest -v -n 0 tests/unit/conduct/store/test_verify.py

# Every refusal, with all that stands in the way, and nothing written.
refusals: $(STAMP)
	$(PY) -m pytest -v -n 0 $(addprefix tests/unit/conduct/commands/test_,refusals.py seen.py doses.py safety.py versions.py ranges.py)

# Every command: rows changed are rows audited.
nulls: $(STAMP)
	$(PY) -m pytest -v -n 0 tests/unit/conduct/commands/test_nulls.py

# Who may do what: every command as every role, at its own site and at another, masked and open.
roles: $(STAMP)
	$(PY) -m pytest -v -s -n 0 tests/unit/conduct/commands/test_roles.py tests/unit/service/test_roles.py tests/unit/service/api/test_api_roles.py

# What software that conducts a trial must show, and the tests that show it.
trace: $(STAMP)
	PYTHONPATH=tests $(PY) -m support.trace

# All of virtual NETTER-1 entered command by command: the same tables to the byte, the same hazard ratio.
conducted: $(STAMP)
	EQUIPOISE_WHOLE_TRIAL=1 $(PY) -m pytest -v -s -n 0 tests/unit/conduct/commands/test_netter_conducted.py -k "byte and sqlite"

# A whole conducted trial keeps the rules of SDTM; each rule of queries is planted as data are entered or imported,
# and asked of the site or refused; nothing is dated after death.
sdtm-rules: $(STAMP)
	$(PY) -m pytest -v -n 0 tests/unit/sdtm/test_conform.py tests/unit/sdtm/test_conducted_rules.py tests/unit/sdtm/test_graded.py tests/unit/conduct/test_tabulated.py tests/unit/adam/test_asked.py
	EQUIPOISE_WHOLE_TRIAL=1 $(PY) -m pytest -v -s -n 0 tests/unit/conduct/commands/test_netter_conducted.py -k "byte and sqlite"

# The same typed into the pages, form by form, by people who log in: the same tables, the same hazard ratio.
netter-live: $(STAMP)
	EQUIPOISE_WHOLE_TRIAL=1 $(PY) -m pytest -v -s -n 0 tests/unit/service/test_netter_live.py -k byte

# An amendment through the pages: one site under the new version, another under the old.
e2e-amend: $(STAMP)
	$(PY) -m pytest -v -n 0 tests/unit/service/test_amended.py

# The same trial as ODM 1.3.2: valid by its schema, an AuditRecord for each row of the audit, read back.
odm: $(STAMP)
	EQUIPOISE_WHOLE_TRIAL=1 $(PY) -m pytest -v -s -n 0 tests/unit/conduct/exchange/test_odm.py -k "virtual_patients_conducted"

# 10,000 subjects, each asked twice by 16 clients, while clients, server and database are killed: DB=sqlite or postgresql,
# SUBJECTS=1000 for fewer, HTTP=1 through the API of `equipoise serve`.
SUBJECTS := 10000
storm: $(STAMP)
	PYTHONPATH=tests $(PY) -m support.storm $(DB) $(SUBJECTS) $(if $(HTTP),http)

# Every route of the API as its description tells it, rightly and wrongly, by every role: EXAMPLES of each, at random.
EXAMPLES := 10
api: $(STAMP)
	PYTHONPATH=tests $(PY) -m support.schemas $(EXAMPLES)

# Every page in Chromium, at the width of a telephone and of a desk, looked over by axe.
pages: $(STAMP) build/node_modules/axe-core
	$(PY) -m pytest -v -n 0 tests/browser

build/node_modules/axe-core:
	npm install --prefix build --silent --no-fund --no-audit axe-core@4

# What each page costs in a trial of 10,000 subjects and a million rows of audit.
crowded: $(STAMP)
	PYTHONPATH=tests $(PY) -m support.crowded

# How long an audit of a million rows takes to verify.
million: $(STAMP)
	PYTHONPATH=tests $(PY) -m support.million $(DB)

# Accept what the reports look like now as what they should look like.
approve: $(STAMP)
	EQUIPOISE_APPROVE=1 $(PY) -m pytest tests/golden

# dist/equipoise-*.whl; tests/wheel installs one beside its declared dependencies alone.
wheel: $(STAMP)
	$(PY) -m hatchling build -t wheel -d dist

# The oracles with the lowest version of every dependency that pyproject.toml allows; not part of `test`.
LOWEST := build/lowest/bin/python
lowest: $(STAMP)
	python3 -m venv build/lowest
	$(PY) -c 'import tomllib; d = tomllib.load(open("pyproject.toml", "rb"))["project"]; print(*(x.replace(">=", "==") + ".*" for x in d["dependencies"]), sep="\n")' > build/lowest.txt
	$(LOWEST) -m pip install --quiet --disable-pip-version-check -r build/lowest.txt pytest hypothesis jsonschema packaging
	PYTHONPATH=src:tests NUMBA_CACHE_DIR=build/lowest/kernels $(LOWEST) -m pytest -p no:cacheprovider tests/byhand tests/oracle/test_*_oracle.py tests/oracle/test_survival_reference.py tests/oracle/response tests/oracle/counts tests/oracle/multiplicity tests/oracle/protocol tests/unit/cli/test_help.py tests/unit/cli/test_repeatable.py tests/unit/cli/test_json.py tests/unit/sdtm/test_read.py

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
