"""Evidence with something wrong in it: one change for each thing that the judge can find, by its code."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from doctoring import (
    SOMEBODY,
    another,
    append,
    committed,
    effects,
    first_entry,
    first_of,
    journal,
    lanes,
    log,
    queue,
    some,
    tables,
)

from ops.audit.judge.called_for import ASKED, REPORTED
from ops.audit.judge.evidence import (
    AcceptedMail,
    Deeds,
    EffectRow,
    Emitted,
    Evidence,
    JournalRow,
    KeylaneRecord,
    KeylaneReport,
    KeylaneRequest,
    Log,
    LogRecord,
    SubmittedForm,
    Text,
)
from ops.audit.judge.heading import data_of, heading_of
from ops.audit.judge.recipes import derived, effect_row, entry_of_place
from ops.audit.judge.seen import seen_as

Change = Callable[[Evidence], Evidence]


def settled_past_a_record(evidence: Evidence) -> Evidence:
    place, found = first_of(evidence, "registration-submitted")
    unknown = another(found.records[0], id_="never-handled")
    return lanes(append(evidence, unknown), "enrichment", place, found.end + 1)


def committed_past_a_record(evidence: Evidence) -> Evidence:
    place, found = first_of(evidence, "registration-submitted")
    return committed(settled_past_a_record(evidence), "enrichment", place, found.end + 1)


def silent_for_ever(evidence: Evidence) -> Evidence:
    states = evidence.tables["provisioning"].states
    return tables(evidence, "provisioning", states=tuple(replace(row, due_at=None, document={}) for row in states))


def unsaid(evidence: Evidence, service: str, topic: str, cycle: int | None = None) -> Evidence:
    """Without these events (of this cycle) of the service's, in its journal and in their topic."""

    def goes(event: Emitted | LogRecord) -> bool:
        return event.topic == topic and cycle in (None, data_of(event.value).get("cycle"))

    less = journal(evidence, service, lambda row: replace(row, events=tuple(e for e in row.events if not goes(e))))
    kept = {
        place: replace(one, records=tuple(r for r in one.records if not goes(r))) for place, one in less.logs.items()
    }
    return replace(less, logs=kept)


def says(row: JournalRow, topic: str) -> bool:
    return any(event.topic == topic for event in row.events)


def once_more(row: EffectRow, status: str = "SENT") -> EffectRow:
    """The same mail in the next epoch, under its right id."""
    anew = row.epoch + 1
    id_ = effect_row(row.subject, row.kind, row.occasion, row.role, anew)
    return replace(row, id=id_, epoch=anew, status=status)


def asked_for(evidence: Evidence, *mails: EffectRow) -> Evidence:
    """Operators have had these planned anew."""
    known = evidence.deeds or Deeds()
    planned = known.planned_anew.union(mail.id for mail in mails)
    return replace(evidence, deeds=replace(known, planned_anew=planned))


def not_sent_yet(evidence: Evidence) -> Evidence:
    """A mail that is sent again: its body has begun."""
    anew = once_more(evidence.tables["notifier"].effects[0], "BODY_STARTED")
    return asked_for(effects(evidence, lambda row: row, anew), anew)


def unasked(evidence: Evidence) -> Evidence:
    """A mail went out once more, and is told of as any other."""
    anew = once_more(evidence.tables["notifier"].effects[0])
    return mail(effects(evidence, lambda row: row, anew), AcceptedMail(str(anew.id), (str(anew.recipient),)))


def never_answered(evidence: Evidence) -> Evidence:
    """Nothing is left of what was said about the first registration."""
    me = next(row.subject for row in evidence.tables["intake"].journal if row.events and row.outcome == "emit")
    silent = journal(evidence, "intake", lambda row: replace(row, events=()) if row.subject == me else row)
    logs = {p: one if p.topic == "form-received" else Log((), 0) for p, one in evidence.logs.items()}
    return replace(silent, logs=logs)


def past_its_deadline(evidence: Evidence) -> Evidence:
    return replace(evidence, now=evidence.now + timedelta(days=11))


def gone_from_its_topic(evidence: Evidence) -> Evidence:
    place, found = first_of(evidence, "link-realised")
    return log(evidence, place, records=found.records[1:])


def swapped(evidence: Evidence) -> Evidence:
    """Two events about one registration, each where the other should be."""
    place, first, second = next(
        (place, one, other)
        for place, found in evidence.logs.items()
        if place.topic == "provisioning-requested"
        for one, other in zip(found.records, found.records[1:], strict=False)
        if one.key == other.key
    )
    turned = {first.offset: second._replace(offset=first.offset), second.offset: first._replace(offset=second.offset)}
    records = tuple(turned.get(record.offset, record) for record in evidence.logs[place].records)
    return log(evidence, place, records=records)


def overtaken(evidence: Evidence) -> Evidence:
    row = next(row for row in evidence.tables["provisioning"].journal if row.events and row.outcome == "emit")
    record = next(
        record
        for found in evidence.logs.values()
        for record in found.records
        if record.topic == "policy-enriched" and record.key == row.subject.encode()
    )
    earlier, later = row.first_at - timedelta(days=1), row.first_at + timedelta(seconds=1)
    handled = first_entry(evidence, "provisioning", lambda row: replace(row, first_at=later))
    return queue(handled, "provisioning", kind="parked", key=row.subject, partition=record.partition, first_at=earlier)


def claimed_twice(evidence: Evidence, topic: str = "registration-submitted") -> Evidence:
    record = some(evidence, topic)
    headers = tuple((n, b"somebody else" if n == "ce_subject" else v) for n, v in another(record).headers)
    return append(evidence, record._replace(headers=headers))


def both_ends(evidence: Evidence, connection: int = 1) -> Evidence:
    """A connection that was realised is refused as well, or another one of the same registration."""
    refused, realised = some(evidence, "provisioning-refused"), some(evidence, "link-realised")
    subject = heading_of(realised.headers).subject.encode()
    headers = tuple((name, subject if name == "ce_subject" else value) for name, value in another(refused).headers)
    data = data_of(refused.value)
    data["contact"]["connection"] = connection
    return append(evidence, refused._replace(headers=headers, value=json.dumps(data).encode()))


def keylane(evidence: Evidence, *requests: KeylaneRequest, reports: tuple[KeylaneReport, ...] = ()) -> Evidence:
    return replace(evidence, keylane=KeylaneRecord(requests, reports))


def below_keylanes_position(evidence: Evidence) -> Evidence:
    place, found = first_of(evidence, "provisioning-requested")
    return committed(evidence, "keylane", place, found.end)


def with_text(text: str) -> Change:
    return lambda evidence: replace(evidence, texts=(Text("intake.log", text),))


def mail(evidence: Evidence, *more: AcceptedMail) -> Evidence:
    return replace(evidence, mails=(*(evidence.mails or ()), *more))


def no_row_of_the_parked(evidence: Evidence) -> Evidence:
    return tables(evidence, "intake", queue=())


def told_at_each_report(evidence: Evidence) -> Evidence:
    """Of a link that stopped: what was said because of the first is said because of the last as well."""
    reports = [record for log in evidence.logs.values() for record in log.records if record.topic == REPORTED]
    first, last = (
        next(seen.entry for seen in map(seen_as, reports) if seen.heading.id == id_)
        for id_ in ("stopped", "stopped-still")
    )
    (said,) = (row.events for row in evidence.tables["provisioning"].journal if row.id == first)
    return journal(
        evidence, "provisioning", lambda row: replace(row, outcome="emit", events=said) if row.id == last else row
    )


REQUEST = KeylaneRequest("urn:us", "r-1", "somebody", 1, 1, "planned")

CHANGES: dict[str, Change] = {
    # I1
    "FORM_GONE": lambda e: replace(e, submitted=(*(e.submitted or ()), SubmittedForm("never-arrived"))),
    "NO_ANSWER": never_answered,
    "ENDED_NOWHERE": silent_for_ever,
    "NOT_CALLED_OFF": lambda e: unsaid(e, "provisioning", "provisioning-cancelled"),
    "STOP_UNTOLD": lambda e: unsaid(e, "provisioning", ASKED),
    "MAIL_GONE": lambda e: replace(e, mails=(e.mails or ())[1:]),
    "FAILED_YET_THERE": lambda e: effects(e, lambda row: replace(row, status="FAILED", reply="550")),
    "FAILED_UNSAID": lambda e: effects(e, lambda row: replace(row, status="FAILED")),
    "NOT_AT_KEYLANE": below_keylanes_position,
    # I2
    "PLANNED_TWICE": lambda e: effects(e, lambda row: row, replace(e.tables["notifier"].effects[0], id=SOMEBODY)),
    "EFFECT_ID": lambda e: effects(e, lambda row: replace(row, id=SOMEBODY)),
    "MAIL_TWICE": lambda e: mail(e, (e.mails or ())[0]),
    "MAIL_ABOUT_TO_DOUBLE": lambda e: effects(e, lambda row: replace(row, status="PLANNED")),
    "MAIL_UNASKED": unasked,
    "FORCED_UNASKED": lambda e: first_entry(e, "enrichment", lambda row: replace(row, reason="FORCED")),
    "SAID_TWICE": lambda e: append(e, another(some(e, "link-realised"))),
    "TWO_ENDS": both_ends,
    "STOP_TOLD_TWICE": told_at_each_report,
    "CLAIMED_TWICE": claimed_twice,
    "REQUESTED_TWICE": lambda e: keylane(e, REQUEST, replace(REQUEST, id="r-2")),
    # I3
    "OUT_OF_ORDER": swapped,
    "OVERTAKEN": overtaken,
    # I4
    "PARKED_WITHOUT_ROW": no_row_of_the_parked,
    "ROW_WITHOUT_ENTRY": lambda e: queue(e, "intake", kind="parked", blocks=False),
    "DOCUMENT_APART": lambda e: tables(
        e, "intake", states=tuple(replace(row, revision=row.revision + 1) for row in e.tables["intake"].states)
    ),
    "NOT_PUBLISHED": gone_from_its_topic,
    "NOT_PLANNED": lambda e: tables(e, "notifier", effects=e.tables["notifier"].effects[1:]),
    "SENT_UNSAID": lambda e: journal(e, "notifier", lambda row: None if says(row, "notification-sent") else row),
    "MAIL_WITHOUT_EVENT": lambda e: tables(e, "notifier", journal=()),
    # I5
    "EVENT_FROM_NOWHERE": lambda e: append(e, another(some(e, "policy-enriched"))),
    "SAID_UNSENT": lambda e: effects(e, lambda row: replace(row, status="UNCERTAIN")),
    "REPEAT_DIFFERS": lambda e: append(e, some(e, "policy-enriched")._replace(value=b"{}")),
    "LETTER_FROM_NOWHERE": lambda e: append(e, another(some(e, "dead-lettered"), id_="0" * 36)),
    "MAIL_FROM_NOWHERE": lambda e: mail(e, AcceptedMail("unknown", ("a@b.example",))),
    "REQUEST_FROM_NOWHERE": lambda e: keylane(e, REQUEST),
    "REPORT_GONE": lambda e: keylane(e, reports=(KeylaneReport("KL-gone", "somebody", published=True),)),
    # I6
    "STOPPED": lambda e: tables(e, "intake", stopped={"1": "ten in a row"}),
    "NOT_LET_GO": lambda e: queue(e, "intake", answered_by=SOMEBODY, handled=True),
    "NOT_TAKEN": lambda e: queue(e, "intake", due_at=e.now - timedelta(hours=1)),
    "DEADLINE_MISSED": past_its_deadline,
    "MAIL_NOT_SENT": not_sent_yet,
    "NOT_READ": lambda e: append(e, another(some(e, "form-received"))),
    "NOT_PUBLISHED_YET": lambda e: committed(e, "intake", first_of(e, "form-received")[0], 0),
    # I7
    "BLOCKS_OTHERS": lambda e: queue(e, "intake", key=""),
    "WAITS_FOR_NOBODY": lambda e: queue(e, "intake", kind="queued", blocks=False),
    # I8
    "IN_CLEAR": with_text("could not write to jan@bakkerij.example"),
    "MISDIRECTED": lambda e: effects(e, lambda row: replace(row, recipient="else@b.example")),
    # I9
    "ID_NOT_DERIVED": lambda e: first_entry(e, "enrichment", lambda row: replace(row, id=SOMEBODY)),
    # I10, I11
    "DOES_NOT_ADD_UP": settled_past_a_record,
    "REMOVED_UNREAD": lambda e: log(e, first_of(e, "form-received")[0], begin=1_000, start=1_000),
    "NOT_IN_JOURNAL": committed_past_a_record,
    "COMMITTED_AHEAD": lambda e: committed(e, "intake", first_of(e, "form-received")[0], 1_000),
    "LOG_SHORTER": lambda e: committed(e, "intake", first_of(e, "form-received")[0], 1_000),
}
"""By the code of what is to be found."""


def with_more(record: LogRecord) -> LogRecord:
    return record._replace(headers=(*record.headers, ("more", b"1")))


def altered(evidence: Evidence, change: Callable[[LogRecord], LogRecord]) -> Evidence:
    """What stands in a topic once is not what was recorded."""
    place, found = first_of(evidence, "policy-enriched")
    return log(evidence, place, records=(change(found.records[0]), *found.records[1:]))


def altered_all(evidence: Evidence, topic: str, change: Callable[[LogRecord], LogRecord]) -> Evidence:
    """Every record of this topic, changed."""
    changed = {
        place: replace(found, records=tuple(map(change, found.records)))
        for place, found in evidence.logs.items()
        if place.topic == topic
    }
    return replace(evidence, logs={**evidence.logs, **changed})


def answered_with_nothing(evidence: Evidence) -> Evidence:
    """What should say that mails are sent says nothing."""
    return journal(evidence, "notifier", lambda row: replace(row, events=()) if says(row, "notification-sent") else row)


def without_beginning_and_end(evidence: Evidence) -> Evidence:
    """A log whose first record is gone, as its topic keeps none for ever, and whose last is missing."""
    place, found = first_of(evidence, "policy-enriched", records_min=3)
    second = found.records[1].offset
    return log(evidence, place, records=found.records[1:-1], begin=second, start=second)


def queued_though_emitted(evidence: Evidence) -> Evidence:
    emitted = next(row.id for row in evidence.tables["intake"].journal if row.outcome == "emit")
    return queue(evidence, "intake", id=emitted, kind="parked", blocks=False)


def unread_at_first(evidence: Evidence, record: LogRecord, service: str = "intake") -> Evidence:
    """The service could not read this record when it came; the queue has no row of that."""
    entries = evidence.tables[service].journal
    place = entry_of_place(record.topic, record.partition, record.offset)
    unread = replace(entries[0], id=place, outcome="park", reason="UNREADABLE", events=(), subject="")
    return tables(evidence, service, journal=(*entries, unread))


def letter_of_what_was_decided(evidence: Evidence) -> Evidence:
    entries = evidence.tables["intake"].journal
    decided = next(row.id for row in entries if (row.outcome, row.attempt) == ("emit", 1))
    id_ = "0" * 14 + derived("intake/dead-letter/1", decided, 0)
    return append(evidence, another(some(evidence, "dead-lettered"), id_=id_))


def never_settled(evidence: Evidence) -> Evidence:
    return lanes(evidence, "intake", first_of(evidence, "form-received")[0], 0)


def never_committed(evidence: Evidence) -> Evidence:
    return committed(evidence, "intake", first_of(evidence, "form-received")[0], 0)


IN_OTHER_WAYS: tuple[tuple[str, Change], ...] = (
    ("REPEAT_DIFFERS", lambda e: altered(e, lambda record: record._replace(value=b"{}"))),
    ("REPEAT_DIFFERS", lambda e: altered(e, with_more)),
    ("REPEAT_DIFFERS", lambda e: append(e, with_more(some(e, "policy-enriched")))),
    ("NOT_PUBLISHED", lambda e: log(e, first_of(e, "link-realised")[0], records=())),
    ("NOT_PUBLISHED", without_beginning_and_end),
    ("ROW_WITHOUT_ENTRY", queued_though_emitted),
    ("LETTER_FROM_NOWHERE", letter_of_what_was_decided),
    ("DOCUMENT_APART", never_answered),
    ("DOCUMENT_APART", lambda e: tables(e, "intake", states=())),
    ("SENT_UNSAID", answered_with_nothing),
    ("REMOVED_UNREAD", lambda e: never_settled(CHANGES["REMOVED_UNREAD"](e))),
    ("REMOVED_UNREAD", lambda e: never_committed(CHANGES["REMOVED_UNREAD"](e))),
)
