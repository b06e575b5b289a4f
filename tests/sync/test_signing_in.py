"""What a sign-in gives is kept instead of what was typed, and one account is one device."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from console.adapters.contract import Config, Field, Tools
from console.adapters.memory import Memory
from console.desk.connections import answered, ask
from console.domain.platform import CheckLine, CheckResult
from console.store.read.connections import connections
from console.store.write import requests
from console.sync.allowances import Allowances
from console.sync.connecting import Patience
from console.sync.requests import Requests
from console.sync.secret_store import SecretStore
from tests.houses import House, house


class WithTokens(Memory):
    """Signs in with a password and gets a token for a device; each sign-in without a device makes a new one."""

    fields = (Field("password", "Password", secret=True), Field("admin", "Admin", secret=True, required=False))
    devices: ClassVar[list[str]] = []

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools)
        self.secrets = dict(secrets)

    async def check(self) -> CheckResult:
        device = self.secrets.get("device") or f"device-{len(self.devices)}"
        if "password" in self.secrets:
            self.devices.append(device)
        kept = {"token": f"token of {device}", "device": device}
        return CheckResult((CheckLine("signed_in", True, {"name": "Wij"}),), "here", "memory:here:user:us", "Wij",
                           secrets=kept)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr("console.sync.connecting.find", lambda key: WithTokens)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    WithTokens.devices.clear()
    of = house(tmp_path / "profile")
    of.store.ledger.exec_driver_sql("DELETE FROM connection")
    return of


async def done(here: House, asked: Requests, kind: str, ref: str) -> Mapping[str, object]:
    args = {"adapter": "memory", "name": "Daar", "url": "", "user": "us", "settings": {}, "ref": ref}
    made = ask(here.desk, kind, args)
    for request in requests.take(here.store):
        await asked.carry_out(request)
    answer = answered(here.desk, made)
    assert answer is not None
    assert answer.state == "done", answer
    return answer.facts


async def test_a_token_is_kept_instead_of_the_password(here: House) -> None:
    secrets = SecretStore(here.store.folder, "een wachtzin")
    renewed: list[str] = []

    async def renew(key: str) -> None:
        renewed.append(key)

    asked = Requests(here.store, secrets, Patience(), lambda names: None, renew, None, Allowances(here.store), None)  # type: ignore[arg-type,return-value]
    for kind in ("check", "connect"):
        secrets.hand_over("ref-1", {"password": "geheim", "admin": ""})
        await done(here, asked, kind, "ref-1")
    key = connections(here.store)[0].key
    kept = SecretStore(here.store.folder, "een wachtzin").get(key)
    assert kept == {"token": "token of device-0", "device": "device-0"}
    assert set(WithTokens.devices) == {"device-0"}, "checked, then connected: one device"
    # Signed in again, a day later, by another dialog.
    secrets.hand_over("ref-2", {"password": "nieuw", "admin": ""})
    await done(here, asked, "connect", "ref-2")
    assert set(WithTokens.devices) == {"device-0"}, "signed in again: still that device"
    assert set(renewed) == {key}
    assert len(connections(here.store)) == 1
