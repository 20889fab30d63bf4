# make demo   set everything up, then explain the article's bounce in Chinese and in English
# make test   set everything up, then lint, types, layers, tests, and the proofs of the rule tables
# make corpus make the corpus anew with real mail servers (needs root and Debian; see corpus/README.md)
# make bench  measure against the standard library and other bounce readers
# make bounds explain hostile inputs, each in a process of its own: size, time, memory
# make fuzz   fuzz for MINUTES (5), guided by coverage; needs atheris (Linux, macOS); finds go to fuzz/found

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif

.PHONY: demo test lint types layers proofs pytest corpus bench bounds fuzz docs clean

demo: .venv/done
	@$(BIN)/ndrkit explain --lang zh-Hant corpus/article/traditional-open-utf8-8bit.eml
	@$(BIN)/ndrkit explain --lang en corpus/article/traditional-open-utf8-8bit.eml

test: lint types layers proofs pytest

lint: .venv/done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/done
	$(BIN)/mypy

layers: .venv/done
	$(BIN)/lint-imports

proofs: .venv/done
	$(BIN)/ndrkit rules check

pytest: .venv/done
	$(BIN)/python -m pytest -n auto --dist worksteal

docs: .venv/done
	$(BIN)/python docs/make.py

bounds: .venv/done
	$(BIN)/python benchmarks/bounds.py

MINUTES ?= 5
fuzz: .venv/done
	$(BIN)/python -m pip install -q --disable-pip-version-check 'atheris>=3'
	$(BIN)/python fuzz/run.py --minutes $(MINUTES) --found fuzz/found

bench: .venv/done
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[bench]'
	$(BIN)/python benchmarks/run.py

corpus: .venv/done
	$(BIN)/python corpus/make/run

# The virtual environment is made anew when the dependencies change.
.venv/done: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@$(PYTHON) -c "open('.venv/done', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', 'dist', 'build')]"
