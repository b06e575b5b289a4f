"""A profile in which every text that somebody else wrote is hostile: names, titles, reasons, files, tags, notes.

It is written past the border (`console.sync.harmless`), so that each place has to be safe by itself.
"""

from __future__ import annotations

from pathlib import Path

from console import settings
from console.desk import people, replies, triage
from console.domain.conversation import (
    Attachment,
    Message,
    MessageKey,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    Thread,
    ThreadKey,
)
from console.domain.outbox import Kind
from console.domain.platform import capabilities
from console.store.write import connections
from tests.houses import CONNECTION, HOUR_MS, SPACE, House, house, key

NASTY = {
    "markup": '<b>vet</b><img src="http://listener.invalid/x"><script>x</script>',
    "entities": "&lt;b&gt; & R&D &File &amp;",
    "terminal": "\x1b[31m\x1b[2Jrood\x1b]8;;http://listener.invalid\x07klik\x1b]52;c;cm0=\x07\x9b1A\r\x08\x7f\x00weg",
    "turned": "\u202egnp.exe\u2066\u200fx\u2067",
    "template": "{0.__class__} {name} %s %(x)d %n {{7*7}} [red]rood[/red] [link=http://listener.invalid]x[/link] :smile:",
    "query": "Robert'); DROP TABLE message;-- % _ \" NEAR(a b) * ^",
    "formula": '=HYPERLINK("http://listener.invalid")\t+1\n@x',
    "long": "w" * 3000 + "\u0301" * 300 + "\U0001f468\u200d" * 100,
    "surrogate": "half \ud800 teken \udfff",
}


def fill(folder: Path, nasty: str) -> House:
    """A house in this folder, its name of the moderator and everything said in it hostile."""
    settings.save(folder, {("you", "name"): "Noor"})
    made = house(folder)
    words = nasty.encode("utf-8", "replace").decode()  # the store keeps no halves of characters
    can = capabilities(reply="handoff", hide="api", delete="api", lock="api", max_bytes=3000)
    connections.put_spaces(made.store, CONNECTION, [(Space(SPACE, "plein", words, members=12), can)])
    for n in range(3):
        person = PersonKey(key("user", f"p{n}"))
        name, at_ms = key("message", f"m{n}"), made.clock.now - (n + 1) * HOUR_MS
        made.apply(
            Space(SPACE, "plein", words, members=12),
            Person(person, words, words, words, joined_at_ms=at_ms, mail=words, mail_verified=True, department=words),
            Thread(ThreadKey(name), SPACE, words, "https://intranet.example/"),
            Message(
                MessageKey(name), SPACE, person, at_ms, "<p>leesbaar?</p>", f"leesbaar? {words}",
                root=ThreadKey(name), title=words, attachments=(Attachment(words, "text/plain", 10),),
                reactions=((words[:20], 2),),
            ),
            Report(ReportKey(f"r{n}"), MessageKey(name), at_ms, words, words, words, words),
        )  # fmt: skip
        thread = ThreadKey(name)
        triage.tag(made.desk, [thread], [words])
        triage.assign(made.desk, [thread], words)
        triage.note(made.desk, thread, words)
    people.join(made.desk, PersonKey(key("user", "p0")), PersonKey(key("user", "p1")))
    first = ThreadKey(key("message", "m0"))
    replies.reply(made.desk, first, f"antwoord {words}"[:600])
    replies.act(made.desk, Kind.HIDE, first, MessageKey(first))
    return made
