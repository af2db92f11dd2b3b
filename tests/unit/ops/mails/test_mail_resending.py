from functools import partial
from uuid import UUID

import click
import pytest
from remembered import NOW, ledger_mail

from ops.mails.resending import one_of, resending_lines, those_named, why_not
from ops.terminal.output import COLUMNS
from services.notifier.ledger import Status

sent = partial(ledger_mail, status=Status.SENT)


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED])
def test_what_has_ended_can_be_sent_again(status: Status) -> None:
    assert why_not(ledger_mail(status=status), None) is None


def test_what_was_planned_anew_before_is_refused_and_the_row_that_stands_for_it_is_named() -> None:
    newer = sent(2, epoch=1, status=Status.FAILED)
    assert f"as {newer.id}, which is FAILED" in str(why_not(sent(), newer))


@pytest.mark.parametrize("status", [Status.PLANNED, Status.CLAIMED, Status.BODY_STARTED, Status.UNCERTAIN])
def test_what_is_under_way_or_uncertain_cannot(status: Status) -> None:
    assert why_not(ledger_mail(status=status), None)


def test_the_newest_of_what_was_sent_again_before_is_meant() -> None:
    assert one_of([sent(2, epoch=1), sent(1)], "REF").epoch == 1


def test_of_several_mails_one_has_to_be_named_and_each_is_by_its_id() -> None:
    with pytest.raises(click.ClickException, match="has several mails") as refused:
        one_of([sent(1), sent(2, kind="registration-received", occasion="cycle 1")], "REF")
    *_, named, told = refused.value.message.splitlines()
    assert (named, told) == (f"  {UUID(int=2)}", "    SENT registration-received, cycle 1, to the applicant")
    with pytest.raises(click.ClickException, match="no such mail"):
        one_of([], "REF")


def test_of_a_kind_that_a_registration_has_no_mail_of_is_said_which_it_has() -> None:
    known = [sent(1), sent(2, role="employer"), sent(3, kind="registration-received", occasion="cycle 1")]
    with pytest.raises(click.ClickException) as refused:
        those_named(known, "REF", "link-realized", None)
    assert refused.value.message.splitlines()[1:] == [
        "  link-realised, connection 1",
        "  registration-received, cycle 1",
    ]
    assert those_named(known, "REF", "link-realised", None) == known[:2]
    assert those_named(known, "REF", "registration-received", "cycle 1") == known[2:]
    assert those_named([], "REF", "link-realised", None) == []


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("applicant", "to the applicant"),
        ("employer", "to the employer"),
        ("new-address", "to the applicant at the new address"),
        ("former-address", "to the applicant at the address that was left"),
    ],
)
def test_the_plan_says_to_whom_by_the_role(role: str, said: str) -> None:
    plan = " ".join("\n".join(resending_lines(sent(role=role), None, NOW)).split())
    assert f"link-realised, connection 1, {said}" in plan


def test_the_plan_warns_of_the_code_and_never_shows_an_address() -> None:
    said = "\n".join(resending_lines(sent(), "kas@elders.example", NOW))
    assert "correction code" in said
    assert "elders" not in said
    assert max(map(len, said.splitlines())) <= COLUMNS
    assert "correction code" not in "\n".join(resending_lines(sent(role="processor"), "kas@elders.example", NOW))
    assert "the same address" in "\n".join(resending_lines(sent(), None, NOW))
