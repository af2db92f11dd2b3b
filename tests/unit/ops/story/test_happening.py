"""What `koppeling status REF` tells of a registration's past, in words."""

from dataclasses import replace
from datetime import timedelta

from remembered import NOW, at_keylane, mail
from typed_forms import REGISTRATION

from ops.story.happening import _MAILS, _SENTENCES, happenings
from ops.story.lines import story_lines
from ops.story.view import view
from ops.terminal.output import COLUMNS
from schemas.codec import decode
from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    LinkRequested,
    NotificationSent,
    PolicyAwaited,
    ProcessorApplied,
    ProcessorConfirmed,
    ProvisioningReported,
    RegistrationEnded,
    RegistrationHeld,
)
from schemas.example import Example, examples
from schemas.flow import TIMELINE
from services.notifier.mails.kinds import KINDS
from services.provisioning.documents import LinkStage
from services.timeline.decide import decide
from services.timeline.documents import Timeline, Why
from stream.service import Case, Emit, WorkingSet

CONSUMED: dict[str, type[Event]] = {event.name: event for event in TIMELINE.consumes}
EXAMPLES = [one for one in examples() if one.parked is None and one.event.name in CONSUMED]


def remembered(*several: Example) -> Timeline:
    documents = WorkingSet({})
    for one in several:
        envelope, event = decode(one.event.name, one.headers, one.value)
        outcome = decide(Case(REGISTRATION, event, envelope, documents, None, NOW))
        assert isinstance(outcome, Emit)
        documents.put(outcome.documents)
    found = documents.get(Timeline, REGISTRATION)
    assert found is not None
    return found


def test_every_event_has_its_sentence() -> None:
    assert _SENTENCES.keys() == CONSUMED.keys()


def test_a_request_that_changes_is_told_as_no_second_one() -> None:
    told = {
        said.text
        for example in EXAMPLES
        if example.path.stem in ("to-a-processor", "corrected") and example.event is LinkRequested
        for said in happenings(remembered(example))
    }
    assert told == {"De werkgever heeft de koppeling aangevraagd.", "De aanvraag van de koppeling is veranderd."}


def test_a_processor_that_stays_confirmed_by_its_correction_is_told_as_no_second_verdict_of_asr() -> None:
    (applied,), (confirmed,) = (
        [one for one in EXAMPLES if (one.event, one.path.stem) == (event, "loket")]
        for event in (ProcessorApplied, ProcessorConfirmed)
    )
    corrected = remembered(confirmed).entries[0]
    corrected = corrected.but(said=corrected.said.but(cycle=2))
    by_asr = "a.s.r. heeft de salarisverwerker bevestigd."
    known = remembered(applied, confirmed)
    assert [one.text for one in happenings(known.but(entries=(*known.entries, corrected)))][1:] == [
        by_asr,
        "Correctie aangenomen; de salarisverwerker blijft bevestigd.",
    ]
    looked_at = remembered(applied).entries[0]
    looked_at = looked_at.but(said=looked_at.said.but(cycle=2))
    assert [one.text for one in happenings(known.but(entries=(looked_at, corrected)))][1:] == [by_asr]


def test_of_what_was_taken_out_it_is_told_that_this_has_stopped_and_not_that_it_goes_on() -> None:
    (example,) = [one for one in EXAMPLES if one.path.stem == "one-of-three"]
    (told,) = happenings(remembered(example))
    assert told.text == "Deel ingetrokken met de code uit onze mail: 20000002."


def test_reminders_are_told_as_such_and_nothing_else_is() -> None:
    seen = set()
    for example in EXAMPLES:
        event = decode(example.event.name, example.headers, example.value).event
        reminds = getattr(event, "is_reminder", getattr(event, "number", 0) > 0)
        (told,) = happenings(remembered(example))
        assert told.text.startswith("Herinnering") == reminds, example.name
        seen.add((event.name, reminds))
    reminding = {LinkRequested.name, RegistrationHeld.name, PolicyAwaited.name, CustomerActionNeeded.name}
    assert seen == {(name, False) for name in CONSUMED} | {(name, True) for name in reminding}


def test_of_a_registration_that_another_took_the_place_of_it_is_told_which() -> None:
    (example,) = [
        one for one in EXAMPLES if one.path.stem == "superseded-by-a-stranger" and one.event is RegistrationEnded
    ]
    (told,) = happenings(remembered(example))
    assert told.text == "Gestopt, vervangen door XZ2CB39WCHM: Een nieuwe aanmelding komt ervoor in de plaats."


def test_a_report_of_keylanes_is_told_with_the_code_of_its_connection() -> None:
    stems = ("raet-connection-1", "raet-connection-2", "configured", "configured-with-a-date")
    told = happenings(remembered(*(one for one in EXAMPLES if one.path.stem in stems)))
    assert [one.text.partition("klaar is")[2] for one in told if one.event == ProvisioningReported.name] == [
        " (10000001).",
        " (10000002).",
    ]


def test_every_kind_of_mail_has_its_words() -> None:
    assert _MAILS.keys() == KINDS.keys()


def test_a_mail_is_told_by_what_it_says_to_whom_and_when_and_never_by_an_address() -> None:
    (example,) = [one for one in EXAMPLES if one.event is NotificationSent]
    (told,) = happenings(remembered(example))
    assert told.text == "Mail verstuurd aan de aanvrager op woensdag 25 november 2026: koppeling klaar."


def test_a_mail_that_an_operator_had_sent_to_another_address_is_not_told_as_one_to_its_reader() -> None:
    (example,) = [one for one in EXAMPLES if one.event is NotificationSent]
    (entry,) = remembered(example).entries
    # Begun at the same moment, as many are: only one of them is the one that was resent.
    others = (entry.said, entry.said.but(number=1, note="link-works"), entry.said.but(number=1, why=(Why(code="x"),)))
    resent = entry.said.but(number=1)
    entries = [entry.but(id=str(number), said=said) for number, said in enumerate((*others, resent))]
    timeline = remembered(example).but(entries=tuple(entries))
    there = mail(elsewhere=True, begun_at=resent.sent_at, epoch=1)
    story = view(replace(at_keylane(LinkStage.REALISED), mails=(mail(), there), timeline=timeline), NOW)
    mails = [one.text.partition(" op ")[0] for one in story.happened]
    assert [one.endswith("aan een ander adres") for one in mails] == [False, False, False, True]
    told = [line.partition("connection 1, ")[2] for line in story_lines(story, NOW) if "connection 1, " in line]
    assert [one.partition(":")[0] for one in told] == ["to the applicant", "to another address"]


def test_a_mail_is_told_at_the_moment_at_which_it_was_sent_and_not_at_that_of_its_event() -> None:
    (example,) = [one for one in EXAMPLES if one.event is NotificationSent]
    timeline = remembered(example)
    (told,) = happenings(timeline)
    (entry,) = timeline.entries
    assert told.at == entry.said.sent_at == entry.at - timedelta(seconds=0.1)
    before = entry.but(said=entry.said.but(sent_at=None))
    assert [one.at for one in happenings(timeline.but(entries=(before,)))] == [entry.at]


def test_every_example_is_told_in_a_sentence_without_a_code() -> None:
    for example in EXAMPLES:
        (told,) = happenings(remembered(example))
        assert told.text[0].isupper() or told.text.startswith("a.s.r."), example.name
        assert told.text.endswith("."), example.name
        assert not any(code in told.text for code in told.why if code.isupper()), example.name


def test_what_happened_is_told_in_order_and_fits_the_screen() -> None:
    known = replace(at_keylane(LinkStage.REALISED), timeline=remembered(*EXAMPLES))
    seen = view(known, NOW)
    lines = list(story_lines(seen, NOW))
    assert [one.at for one in seen.happened] == sorted(one.at for one in seen.happened)
    assert max(map(len, lines)) <= COLUMNS
    assert any("eerste uitwisseling op dinsdag 5 januari 2027" in " ".join(line.split()) for line in [" ".join(lines)])
    assert any("EXCHANGE_STARTS (nobody)" in line for line in lines)


def test_before_the_timeline_has_heard_of_it_the_stages_are_told() -> None:
    seen = view(at_keylane(LinkStage.REALISED), NOW)
    assert seen.happened == ()
    assert any(line.startswith("before") for line in story_lines(seen, NOW))
