"""A desktop's side of the session bus: a tray, notifications and numbers on icons. It says what it was told, a line of JSON each.

    python -m tests.fakes.session_bus    with DBUS_SESSION_BUS_ADDRESS; it ends with the bus

Whoever is notified clicks at once.
"""

from __future__ import annotations

import json

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

TRAY, NOTICES, NUMBERS = (
    "org.kde.StatusNotifierWatcher",
    "org.freedesktop.Notifications",
    "com.canonical.Unity.LauncherEntry",
)
ID = 7


def tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


def hear(line: DBusConnection, message: Message) -> None:
    """Answer one message, as a desktop does."""
    member = message.header.fields.get(HeaderFields.member)
    match member:
        case "Get":  # whether there is a tray
            line.send(new_method_return(message, "v", (("b", True),)))
        case "RegisterStatusNotifierItem":
            line.send(new_method_return(message))
        case "GetCapabilities":
            line.send(new_method_return(message, "as", (["body", "actions"],)))
        case "Notify":
            program, _replaces, _icon, title, text, *_more = message.body
            tell(notice=[program, title, text])
            line.send(new_method_return(message, "u", (ID,)))
            place = DBusAddress("/org/freedesktop/Notifications", interface=NOTICES)
            line.send(new_signal(place, "ActionInvoked", "us", (ID, "default")))
        case "Update":
            file, facts = message.body
            tell(number=[file, facts["count"][1], facts["count-visible"][1]])


def main() -> None:
    line = open_dbus_connection(bus="SESSION")
    bus = Proxy(message_bus, line)
    for name in (TRAY, NOTICES):
        bus.RequestName(name)
    bus.AddMatch(MatchRule(type="signal", interface=NUMBERS))
    tell(ready=True)
    while True:
        try:
            hear(line, line.receive())
        except (ConnectionError, EOFError):
            return


if __name__ == "__main__":
    main()
