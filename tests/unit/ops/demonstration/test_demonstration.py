import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from each import each
from remembered import NOW, REFERENCE, ago, at_keylane, mail, parked
from rich.console import Console

from ops.audit.judge.called_for import Link
from ops.demonstration.cast import part, with_code
from ops.demonstration.players import Players
from ops.demonstration.report import report_lines
from ops.demonstration.scenario import SCENARIOS, Scenario
from ops.demonstration.screen import LineScreen, LiveScreen, Scene, screen
from ops.demonstration.situation import Situation
from ops.story.mail_view import MailView
from ops.story.registration_view import RegistrationView
from ops.story.view import view
from ops.terminal.output import COLUMNS
from payroll.check import check_form
from payroll.form import Correction, Form, LinkRequest, ProcessorRegistration, RefusedForm
from sandbox.mail_index import Mail
from schemas.ids import reference
from schemas.sealing import new_private_keys
from services.monitor.stage import Stage
from services.provisioning.documents import LinkStage

KEYS = new_private_keys()
BY_FORM = {scenario.form: scenario for scenario in SCENARIOS}
RECEIPT = mail("sent").model_copy(update={"kind": "registration-received", "occasion": "cycle 1", "at": ago(2)})
REALISED = view(replace(at_keylane(LinkStage.REALISED), mails=(RECEIPT, mail("sent"))), NOW)
NO_JSON = parked("NOT_JSON", blocks=False).model_copy(update={"registration": None, "reference": None})


_CHECKED = {
    Stage.REJECTED: RefusedForm,
    Stage.PROCESSOR_CONFIRMED: ProcessorRegistration,
    Stage.LINK_REQUESTED: LinkRequest,
    Stage.PASSED_ON: Correction,
}


def letter(quoted: str, code: str) -> Mail:
    return Mail("a@x.example", "Actie", "<1@x.example>", NOW, f"Referentie: {quoted}\nCode: {code}\n", "", Path())


def situation(seen: RegistrationView, scenario: Scenario = SCENARIOS[1]) -> Situation:
    return Situation(NOW, [part(scenario, KEYS)], [seen], [NO_JSON], killed=1, revived=2)


@each(SCENARIOS)
def test_each_form_is_good_unless_it_is_to_be_rejected(scenario: Scenario) -> None:
    played = part(scenario, KEYS)
    # What the correction lacks stands in a mail.
    known = {"reference": REFERENCE, "code": "W9623-JF3MA"} if scenario.corrects else {}
    found = check_form({**played.ready.event.form, **known}, played.registration)
    assert type(found) is _CHECKED.get(scenario.ends, Form)


def test_a_form_that_is_not_what_it_should_be_is_named() -> None:
    with pytest.raises(ValueError, match=r"rejected-form\.json:1: loonheffingennummer: LHNR_CHECK_DIGIT"):
        part(replace(SCENARIOS[-1], checked=True), KEYS)


def test_a_scenario_is_the_same_registration_each_time() -> None:
    assert part(SCENARIOS[0], KEYS).registration == part(SCENARIOS[0], new_private_keys()).registration


def test_every_door_and_package_and_everything_that_can_differ_between_forms_is_played() -> None:
    forms: list[dict[str, Any]] = [part(scenario, KEYS).ready.event.form for scenario in SCENARIOS]
    assert {(form.get("package"), form["kind"]) for form in forms} == {
        ("raet", "self_managed"),
        ("loket", "self_managed"),
        ("loket", "employer_registration"),
        ("loket_webservice", "employer_registration"),
        ("exact", "employer_registration"),
        ("loket", "processor_registration"),
        ("loket_webservice", "processor_registration"),
        ("exact", "processor_registration"),
        (None, "link_request"),
        (None, "correction"),
    }
    registered = [form for form in forms if "frequency" in form]
    assert {(form["frequency"], form["thirteenth_month"]) for form in registered} >= {
        (frequency, extra) for frequency in ("month", "four_weeks") for extra in (True, False)
    }
    assert max(len(form["dgas"]) for form in registered) > 1
    assert max(len(form["connections"]) for form in registered) > 1
    assert {scenario.ends for scenario in SCENARIOS} == {Stage.REALISED, Stage.REFUSED, *_CHECKED}


def test_forms_are_sent_when_the_mails_that_they_follow_have_gone_out() -> None:
    parts = [part(BY_FORM[form], KEYS) for form in ("003-exact-processor", "003-processor-exact")]
    held = mail("sent").model_copy(update={"kind": "registration-held"})
    unsent = [played.sent(NOW) for played in parts]

    def due(*mails: MailView, sent: frozenset[str] = frozenset()) -> list[str]:
        views = [unsent[0].model_copy(update={"mails": mails}), unsent[1]]
        return [one.scenario.form for one in Players.due(Situation(NOW, parts, views, []), sent)]

    assert due() == ["003-exact-processor"]
    sent = frozenset({parts[0].registration})
    assert due(held.model_copy(update={"status": "planned"}), sent=sent) == []
    assert due(held, sent=sent) == ["003-processor-exact"]
    assert due(held, sent=sent | {parts[1].registration}) == []


def test_every_form_follows_mails_that_another_one_leads_to() -> None:
    for scenario in SCENARIOS:
        for mailed in scenario.after:
            assert mailed.kind in part(BY_FORM[mailed.form], KEYS).mails


def test_a_correction_takes_the_code_of_the_last_mail_about_its_registration() -> None:
    corrected, correction = (part(BY_FORM[form], KEYS) for form in ("customer-action-first", "customer-action-done"))
    quoted = reference(corrected.registration)
    mails = [letter(quoted, "OLD00-00000"), letter(quoted, "NEW00-00000"), letter(REFERENCE, "HERS0-00000")]
    typed = with_code(correction, corrected, mails)
    assert typed.ready.event.form == {"kind": "correction", "reference": quoted, "code": "NEW00-00000"}
    assert typed.registration == correction.registration
    with pytest.raises(LookupError, match=f"no mail about {quoted} brings a code"):
        with_code(correction, corrected, mails[2:])


def test_every_connection_of_a_form_that_should_be_realised_is_expected() -> None:
    entities = part(SCENARIOS[0], KEYS)
    codes = ("20010001", "20010002", "20010003")
    assert entities.expected == {Link(entities.registration, code) for code in codes}
    assert not part(SCENARIOS[-1], KEYS).expected


def test_nothing_is_missing_when_all_have_ended_with_their_mails() -> None:
    assert situation(REALISED).missing() == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (situation(view(at_keylane(LinkStage.ACCEPTED), NOW)), "stands at accepted by keylane, not at realised"),
        (situation(REALISED.model_copy(update={"mails": ()})), "has no mail registration-received, link-realised"),
        (
            situation(REALISED.model_copy(update={"mails": (RECEIPT, mail("uncertain"))})),
            "mail link-realised is uncertain",
        ),
        (
            situation(REALISED, BY_FORM["customer-action-first"]),
            "has no mail customer-action-needed, registration-received",
        ),
        (replace(situation(REALISED), parked=[]), "the record that is no JSON is not parked"),
        (replace(situation(REALISED), revived=None), "provisioning was not killed and started again"),
        (situation(REALISED.model_copy(update={"parked": (parked(),)})), "stands at realised"),
    ],
    ids=["not there", "no mail", "uncertain", "not asked", "nothing parked", "nobody killed", "blocked"],
)
def test_what_has_not_happened_is_named(found: Situation, said: str) -> None:
    (line,) = found.missing()
    assert said in line


def test_without_a_terminal_each_change_is_a_line_of_its_own_once(capsys: pytest.CaptureFixture[str]) -> None:
    scene = Scene(NOW, [REALISED], 1, 1)
    shown = LineScreen(ago(30))
    shown.show(scene)
    shown.note("something was killed")
    shown.show(scene)
    lines = capsys.readouterr().out.splitlines()
    assert [re.split(r" {2,}", line.strip())[3] for line in lines[:-1]] == [
        "accepted",
        "enriched",
        "requested",
        "realised",
        "mail registration-received",
        "mail link-realised",
    ]
    assert lines[-1] == "    -- something was killed"
    assert all(len(line) <= COLUMNS for line in lines)


@pytest.mark.parametrize("variable", ["NO_COLOR", "CI"])
def test_plain_lines_can_be_asked_for(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    terminal = Console(force_terminal=True, width=COLUMNS)
    with screen(terminal, NOW) as shown:
        assert isinstance(shown, LiveScreen)
    monkeypatch.setenv(variable, "1")
    with screen(terminal, NOW) as shown:
        assert isinstance(shown, LineScreen)


def test_a_terminal_shows_the_table_the_progress_and_what_was_done() -> None:
    console = Console(force_terminal=True, width=COLUMNS, record=True)
    shown = LiveScreen(console)
    with shown.live:
        shown.show(Scene(NOW, [REALISED], 1, 2))
        shown.note("something was killed")
    drawn = console.export_text()
    for text in ("reference", REALISED.reference, "1 of 2 connections realised", "something was killed"):
        assert text in drawn
    assert all(len(line) <= COLUMNS for line in drawn.splitlines())


def test_a_terminal_of_24_lines_has_room_for_all_that_was_done() -> None:
    console = Console(force_terminal=True, width=COLUMNS, height=24, record=True)
    shown = LiveScreen(console)
    with shown.live:
        shown.show(Scene(NOW, [REALISED] * 16, 1, 2))
        for number in range(9):
            shown.note(f"number {number} was killed")
        shown.live.refresh()
        drawn = console.export_text(clear=False)
    assert all(f"number {number} was killed" in drawn for number in range(9))
    assert "1 of 2 connections realised" in drawn


def confirmation(subject: str) -> Mail:
    text = "Eerste uitwisseling: dinsdag 5 januari 2027\nWerkgeverscode: 8100001\n"
    arrived = datetime(2026, 11, 22, tzinfo=UTC)
    return Mail("kas@gerucht.example", subject, f"<{parked().id}@x.example>", arrived, text, "", Path())


def test_the_report_reads_the_day_from_the_mail_itself() -> None:
    known = confirmation("Klaar")
    foreign = replace(known, message_id="<spam@x.example>", recipient="nobody@x.example")
    lines = list(report_lines(situation(REALISED), [known, foreign], frozenset({parked().id})))
    assert lines[1] == "  kas@gerucht.example: first exchange dinsdag 5 januari 2027"
    assert not any("nobody@" in line for line in lines)


def test_the_report_fits_a_narrow_terminal_and_cuts_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = list(report_lines(situation(REALISED), [confirmation("Klaar: " + "naam " * 30)], frozenset({parked().id})))
    assert max(map(len, lines)) <= 60
    assert "naam (8100001)" in " ".join(" ".join(lines).split())


def test_before_intake_has_heard_of_a_form_it_is_shown_as_submitted() -> None:
    played = part(SCENARIOS[1], KEYS)
    seen = played.sent(NOW)
    assert (seen.stage, seen.company_name, seen.package) == (Stage.SUBMITTED, "Café 't Zotte Gerücht", "loket")
    assert seen.reference == reference(played.registration)
