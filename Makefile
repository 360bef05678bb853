PY := .venv/bin/python
STAMP := .venv/.installed

.PHONY: test lint demo bench verification clean

$(STAMP): requirements.lock pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

test: lint
	$(PY) -m pytest -n 2

bench: $(STAMP)
	$(PY) -m bench

verification: $(STAMP)
	$(PY) -m verification

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache
