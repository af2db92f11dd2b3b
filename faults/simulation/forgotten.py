"""What databases that came back older had forgotten, and which findings of the judge follow from that."""

from collections.abc import Collection
from uuid import UUID

from ops.audit.judge.called_for import Link, connection_of, employer_code_of
from ops.audit.judge.finding import Finding
from ops.audit.judge.history import Fact
from stream.memory.tables import Tables

_OF_AN_EVENT = frozenset({"EVENT_FROM_NOWHERE", "LETTER_FROM_NOWHERE", "REPEAT_DIFFERS", "SAID_TWICE"})
_OF_A_REGISTRATION = frozenset({"OUT_OF_ORDER", "TWO_ENDS", "MAIL_WITHOUT_EVENT", "NOT_CALLED_OFF"})
_PUT_ASIDE = frozenset({"NOT_PLANNED", "CLAIMED_TWICE", "MAIL_TWICE"})
_OF_A_MAIL = frozenset({"MAIL_FROM_NOWHERE", "FAILED_YET_THERE"})


class Forgotten:
    """`mails`: those of which the ledger no longer knows that a body had begun.

    `may_leave_again`: those of them whose services nobody kept stopped.
    """

    def __init__(self) -> None:
        self.mails: set[UUID] = set()
        self.may_leave_again: set[UUID] = set()
        self._events: set[str] = set()
        self._registrations: set[str] = set()

    def add(self, newer: Tables, older: Tables) -> None:
        """One service's database was as `newer`, and is as `older`: what only the first had recorded as said."""
        for id_, entry in newer.journal.items():
            if older.journal.get(id_) != entry:
                self._events |= {dict(message.headers)["ce_id"].decode() for message in entry.messages}
                self._registrations |= {message.key for message in entry.messages}

    def explains(self, finding: Finding, put_aside: Collection[str]) -> bool:
        """Whether it tells of an event that its service had forgotten, or of what readers made of one.

        What was said stays said, and what was handled anew may be said otherwise; then a reader puts it aside. So a
        mail that was never planned, and a second holder of a connection, are explained only of the registrations in
        `put_aside`; and so is a forgotten mail that was sent twice, which came of what happened to it later then. One
        that was accepted and forgotten, planned anew and refused then, is FAILED and there.
        """
        if finding.code in _OF_AN_EVENT:
            return any(id_ in finding.what for id_ in self._events)
        if finding.code in _OF_A_MAIL:
            return any(str(mail) in f"{finding.about} {finding.what}" for mail in self.mails)
        if finding.code == "MAIL_TWICE" and not any(str(mail) in finding.what for mail in self.mails):
            return False
        if finding.code in _PUT_ASIDE:
            return any(id_ in finding.about for id_ in self._registrations.intersection(put_aside))
        return finding.code in _OF_A_REGISTRATION and any(id_ in finding.about for id_ in self._registrations)

    def said_behind(self, realised: Collection[Fact]) -> set[Link]:
        """The links that are realised only in cycles before the newest one that is, of registrations forgotten here.

        What was handled anew came to Keylane's report on the earlier cycle before it came to the correction; readers
        had heard of the later one the first time, and pass over what comes behind it.
        """
        newest: dict[tuple[str, str], int] = {}
        for fact in realised:
            of = fact.subject, connection_of(fact.data)
            newest[of] = max(newest.get(of, 0), fact.data["cycle"])
        counts = {_link(one) for one in realised if one.data["cycle"] == newest[one.subject, connection_of(one.data)]}
        return {link for link in map(_link, realised) if link.registration in self._registrations} - counts


def _link(fact: Fact) -> Link:
    return Link(fact.subject, employer_code_of(fact.data))
