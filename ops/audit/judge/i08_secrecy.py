"""I8: no secret and no personal data in headers, reasons, traces or logs; and every mail goes to its row's address."""

import re
from collections import Counter
from collections.abc import Iterator

from ops.audit.judge.evidence import Text
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History
from ops.audit.judge.i02_effects_once import ledger

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,255}[a-z]", re.IGNORECASE)
# Each pattern begins with something rare and looks back from there, as most of the time went into finding its start.
_PATTERNS = {
    "a loonheffingennummer": re.compile(r"[Ll](?<=\b\d{9}[Ll])\d{2}\b"),
    "a sealed secret": re.compile(r"eyJ(?<=\beyJ)[\w-]{8,}\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+"),
    "a database's address with its password": re.compile(r"://[^\s/:@]+:[^\s/@]+@"),
}
_MESSAGE_ID = re.compile(r"<?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[\w.-]+>?")
"""A ledger's row at the domain of the sender: no address of anybody."""


def find(history: History) -> Iterator[Finding]:
    """Where something is that must not be there; never what it is."""
    told: Counter[tuple[str, str]] = Counter()
    for text in _texts(history):
        for kind in _kinds(text.text):
            told[kind, text.where] += 1
    for (kind, where), count in told.items():
        what = f"{kind} can be read there ({count} times)" if count > 1 else f"{kind} can be read there"
        act = "take care who reads it, shorten its retention, and call the developers"
        yield Finding(Invariant.I8, "IN_CLEAR", where, what, act)
    yield from _misdirected(history)


def _kinds(text: str) -> Iterator[str]:
    if "@" in text and _ADDRESS.search(_MESSAGE_ID.sub("", text)):
        yield "an e-mail address"
    yield from (kind for kind, pattern in _PATTERNS.items() if pattern.search(text))


def _texts(history: History) -> Iterator[Text]:
    yield from history.evidence.texts or ()
    for topic, seen in history.seen.items():
        for one in seen:
            if history.is_ours(one):
                values = (value.decode("utf-8", "replace") for _, value in one.record.headers if value)
                yield Text(f"headers in {topic}", "\n".join(values))
    for party in history.services:
        tables = history.tables(party.name)
        yield from (Text(f"{party.name}.journal, reason", row.reason) for row in tables.journal if row.reason)
        yield from (Text(f"{party.name}.redelivery, reason", row.reason) for row in tables.queue)
        yield from (Text(f"{party.name}.redelivery, trace", row.trace) for row in tables.queue if row.trace)
        yield from (Text(f"{party.name}.effect, reply", row.reply) for row in tables.effects if row.reply)


def _misdirected(history: History) -> Iterator[Finding]:
    """Mails accepted for another address. A file that another mail server wrote may name none, and proves nothing."""
    named = {str(row.id): row for row in ledger(history)}
    for mail in history.evidence.mails or ():
        row = named.get(mail.message_id)
        if row is not None and row.recipient is not None and mail.recipients not in ((), (row.recipient,)):
            about = f"registration {row.subject}, mail {row.kind}, {row.occasion}"
            what = f"it was accepted for {len(mail.recipients)} recipients who are not the one whom the ledger names"
            yield Finding(Invariant.I8, "MISDIRECTED", about, what, "call the developers, and tell the data officer")
