# The two commands of the README are `make run` and `make test`; each sets up what it needs.
.PHONY: run test bench faults fuzz installer deb lint pictures guide translations clean

run:
	@bash scripts/setup.sh run
	@.venv/bin/luisterpost demo

test:
	@bash scripts/setup.sh test
	@.venv/bin/python -m pytest -n 4 -m "not long"

faults:
	@bash scripts/setup.sh test
	@code=0; .venv/bin/python scripts/faults.py -n 3 || code=1; \
	  .venv/bin/python -m pytest -m long --timeout 0 -o faulthandler_timeout=0 tests -n 2 --ignore tests/servers/test_fault_stories.py || code=1; \
	  exit $$code

fuzz:
	@bash scripts/setup.sh test
	@EXAMPLES=$${EXAMPLES:-10000} .venv/bin/python -m pytest -n 2 tests/adapters/test_markup.py \
	  tests/adapters/test_reading_anything.py tests/adapters/test_reading_any_event.py tests/sync/test_harmless.py tests/store/test_hostile_queries.py

bench:
	@bash scripts/setup.sh test
	@.venv/bin/python -m benchmarks

installer:
	@bash scripts/setup.sh test
	@.venv/bin/python -m PyInstaller --noconfirm --log-level WARN build_installer.spec

deb: installer
	@.venv/bin/python installer/deb.py dist/luisterpost dist

lint:
	@bash scripts/setup.sh test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

pictures:
	@bash scripts/setup.sh test
	@.venv/bin/python scripts/pictures.py

guide:
	@bash scripts/setup.sh test
	@.venv/bin/python scripts/guide.py

translations:
	@bash scripts/setup.sh test
	@.venv/bin/python scripts/translations.py update

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
