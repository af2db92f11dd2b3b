"""What ledger and mailbox say of one mail and do not agree on: found, until what the finding names is done."""

from dataclasses import replace

import pytest
from doctored import CHANGES, asked_for, mail, once_more
from doctoring import effects

from ops.audit.judge.evidence import AcceptedMail, Evidence
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.verdict import judge


def found(evidence: Evidence, code: str) -> list[Finding]:
    return [finding for finding in judge(evidence, at_rest=True).findings if finding.code == code]


def test_a_mail_that_is_gone_is_passed_over_once_it_was_sent_again_and_is_there(healthy: Evidence) -> None:
    gone = CHANGES["MAIL_GONE"](healthy)
    (lost,) = (
        row for row in gone.tables["notifier"].effects if str(row.id) not in {m.message_id for m in gone.mails or ()}
    )
    (finding,) = found(gone, "MAIL_GONE")
    assert f"`koppeling mails resend {lost.id}`" in finding.act
    anew = once_more(lost)
    again = asked_for(effects(gone, lambda row: row, anew), anew)
    assert found(again, "MAIL_GONE")
    assert not found(mail(again, AcceptedMail(str(anew.id), (str(anew.recipient),))), "MAIL_GONE")


@pytest.mark.parametrize("reply", ["settled: not-sent", "BODY 554"])
def test_of_a_mail_that_failed_and_is_there_is_said_what_a_command_does_about_it(healthy: Evidence, reply: str) -> None:
    failed = effects(healthy, lambda row: replace(row, status="FAILED", reply=reply))
    (finding,) = found(failed, "FAILED_YET_THERE")
    assert f"`koppeling mails settle {failed.tables['notifier'].effects[0].id} sent`" in finding.act


def test_a_file_that_does_not_say_for_whom_a_mail_was_accepted_proves_nothing(healthy: Evidence) -> None:
    unsaid = replace(healthy, mails=tuple(replace(one, recipients=()) for one in healthy.mails or ()))
    assert not found(unsaid, "MISDIRECTED")
    assert "X-Envelope-To" in judge(unsaid, at_rest=True).partly[Invariant.I8]
