"""Which tests one worker does after each other. The marks that pytest-xdist has for it don't reach pytest 9.2."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

# They share what takes long to make, or would stand in each other's way. The largest begins first.
TOGETHER = ("tests/installer/", "tests/benchmarks/", "tests/cli/test_json.py", "tests/cli/test_hostile_terminal.py")


class Scheduling(LoadScopeScheduling):
    """Every test goes to whichever worker is free, except those that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    return Scheduling(config, log)
