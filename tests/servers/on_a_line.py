"""What every server's contract fixture has in common: a line to it that fails as the suite asks."""

from __future__ import annotations

from console.adapters.conformance import Cut, Fault
from tests.servers import proxy
from tests.servers.proxy import Proxy, Request

FAULTS = {Fault.GARBAGE: proxy.GARBAGE, Fault.CUT: proxy.CUT_BEFORE, Fault.LIMIT: proxy.LIMITED}
CUTS = {
    Cut.BEFORE: proxy.CUT_BEFORE,
    Cut.DURING: proxy.CUT_DURING,
    Cut.AFTER: proxy.CUT_AFTER,
    Cut.LATE: proxy.LATE_AND_CUT,
}


class OnALine:
    """`Breaking`, and the half of `Platform` that breaks the line."""

    limit_s = 7.0

    def __init__(self, line: Proxy) -> None:
        self._line = line
        self._fault: proxy.Fault | None = None
        self._cut: proxy.Fault | None = None

    def break_next(self, fault: Fault | None) -> None:
        self._line.clear()
        if fault is not None:
            self._fault = self._line.always(FAULTS[fault])

    def broke(self) -> int:
        return self._fault.happened if self._fault else 0

    def cut_change(self, cut: Cut, after: int = 0) -> None:
        left = after

        def it_is_this_one(request: Request) -> bool:
            nonlocal left
            if request.method == "GET":
                return False
            left -= 1
            return left < 0

        self._cut = self._line.next(CUTS[cut], it_is_this_one)

    def cuts(self) -> int:
        return self._cut.happened if self._cut else 0

    def finish_late(self) -> None:
        assert self._cut is not None
        self._cut.release()
        self._cut.wait_finished()
