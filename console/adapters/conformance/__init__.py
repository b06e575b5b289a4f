"""The contract's test suite: what every adapter promises, written once and run against each of them.

    class TestMine(AdapterContract):
        @pytest.fixture
        def platform(self) -> Iterator[Platform]: ...

`Platform` is a hand on the other side: it says and changes things the way people there do, knows the truth, and can
spoil answers. What only some platforms can be made to do stands in protocols of its own (`platform`): a fixture that
has their methods is held to the promises about it. A promise about what the platform can't do is skipped, with the
reason. Needs pytest and pytest-asyncio.
"""

from __future__ import annotations

from console.adapters.conformance.coming_in import ComingIn
from console.adapters.conformance.earlier import Earlier
from console.adapters.conformance.faults import Faults
from console.adapters.conformance.going_back import GoingBack
from console.adapters.conformance.listening import Listening
from console.adapters.conformance.moderating import Moderating
from console.adapters.conformance.once import Once
from console.adapters.conformance.platform import (
    Archiving,
    Breaking,
    Busy,
    Crowded,
    Cut,
    Fault,
    Inviting,
    Platform,
    Reacting,
    Reporting,
    Settling,
)
from console.adapters.conformance.reports import Reports
from console.adapters.conformance.shelf import Shelf

__all__ = [
    "AdapterContract",
    "Archiving",
    "Breaking",
    "Busy",
    "Crowded",
    "Cut",
    "Fault",
    "Inviting",
    "Platform",
    "Reacting",
    "Reporting",
    "Settling",
    "Shelf",
]


class AdapterContract(ComingIn, Earlier, Listening, GoingBack, Moderating, Reports, Faults, Once):
    """Give it a fixture `platform`, and every promise is checked."""
