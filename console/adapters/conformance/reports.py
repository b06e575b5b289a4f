"""Reports come in with their reason, are settled from here, and end when somebody else settles them."""

from __future__ import annotations

import pytest

from console.adapters.conformance.platform import Cut, Platform, Reporting, Settling
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter
from console.domain.conversation import MessageKey, Report, ReportState, ThreadKey
from console.domain.outbox import Kind
from console.domain.platform import PlatformError, Sighting, Way


class Reports(Promises):
    async def reported(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> tuple[Platform, ThreadKey, MessageKey, MessageKey]:
        """A thread with a message that was reported twice and another that was reported once."""
        if not isinstance(platform, Reporting):
            pytest.skip("colleagues can't report on this platform")
        if adapter.capabilities(platform.space).way("reports") is not Way.API:
            pytest.skip("reports don't come through this platform's API")
        thread = platform.open_thread("Gemeld", "Hallo")
        bad, other = (platform.say(thread, text) for text in ("Scheldwoord", "Nog een"))
        platform.report(bad, "schelden")
        platform.report(bad, "ook schelden")
        platform.report(other, "reclame")
        await shelf.catch_up(adapter)
        return platform, thread, bad, other

    async def told(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> tuple[Settling, ThreadKey, MessageKey, MessageKey]:
        """The same, where the platform tells why, and what became of them."""
        there, thread, bad, other = await self.reported(platform, adapter, shelf)
        if not isinstance(there, Settling):
            pytest.skip("what becomes of reports isn't told on this platform")
        assert (there.pending(bad), there.pending(other)) == (2, 1)
        return there, thread, bad, other

    def of(self, shelf: Shelf, message: MessageKey) -> list[Report]:
        return [report for report in shelf.reports.values() if report.message == message]

    async def test_reports_arrive_once_at_the_message_they_are_about(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        _there, thread, bad, other = await self.reported(platform, adapter, shelf)
        for _twice in range(2):
            assert (len(self.of(shelf, bad)), len(self.of(shelf, other))) == (2, 1)
            assert len(shelf.reports) == 3
            assert {report.state for report in shelf.reports.values()} == {ReportState.PENDING}
            await shelf.catch_up(adapter)
        assert shelf.shown(thread) == platform.truth(thread)

    async def test_reports_arrive_with_their_reason_and_stay_until_somebody_settles_them(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        there, _thread, bad, other = await self.told(platform, adapter, shelf)
        assert {report.reason for report in self.of(shelf, bad)} == {"schelden", "ook schelden"}
        await shelf.catch_up(adapter)
        assert {report.state for report in self.of(shelf, bad)} == {ReportState.PENDING}
        there.dismiss(bad)
        await shelf.catch_up(adapter)
        assert len(self.of(shelf, bad)) == 2
        assert ReportState.PENDING not in {report.state for report in self.of(shelf, bad)}
        assert [report.state for report in self.of(shelf, other)] == [ReportState.PENDING]

    async def test_settling_ends_the_reports_on_one_message(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        self.needs(platform, adapter, Kind.SETTLE)
        there, thread, bad, other = await self.told(platform, adapter, shelf)
        intent = self.intent(platform, Kind.SETTLE, thread, bad)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        for _twice in range(2):
            await adapter.perform(intent)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        assert (there.pending(bad), there.pending(other)) == (0, 1)
        await shelf.catch_up(adapter)
        assert not shelf.pending_reports(bad)
        assert len(shelf.pending_reports(other)) == 1
        assert shelf.shown(thread) == platform.truth(thread), "the message stands"

    @pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER])
    async def test_settling_that_broke_off_is_finished(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, cut: Cut
    ) -> None:
        self.needs(platform, adapter, Kind.SETTLE)
        there, thread, bad, other = await self.told(platform, adapter, shelf)
        line = self.can_be_cut(platform)
        intent = self.intent(platform, Kind.SETTLE, thread, bad)
        line.cut_change(cut)
        with pytest.raises(PlatformError):
            await adapter.perform(intent)
        assert line.cuts() == 1
        there_still = there.pending(bad)
        assert there_still >= 1 or cut is Cut.AFTER
        sighting = (await adapter.find_sent(intent, frozenset())).sighting
        assert sighting is (Sighting.ABSENT if there_still else Sighting.SEEN)
        await adapter.perform(intent)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        assert (there.pending(bad), there.pending(other)) == (0, 1)
