import smtplib
import socket
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from sandbox.mail_index import read_mailbox
from sandbox.mailbox import Arrivals
from sandbox.running import RunningSandbox

SENDER = "koppeling@example.org"


def a_mail(*, to: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = SENDER, to, subject, f"<{len(subject)}@example.org>"
    mail.set_content("Beste klant, de koppeling is gelegd.\n.\neen punt alleen\n")
    mail.add_alternative("<p>Beste klant</p>", subtype="html")
    return mail


def deliver(sandbox: RunningSandbox, mail: EmailMessage, *recipients: str) -> None:
    smtp = sandbox.endpoints().smtp
    with smtplib.SMTP(smtp.host, smtp.port) as connection:
        connection.send_message(mail, SENDER, recipients)


def test_an_accepted_message_is_kept_whole_with_its_envelope(sandbox: RunningSandbox) -> None:
    mailbox = sandbox.endpoints().mailbox
    before = len(read_mailbox(mailbox))

    deliver(sandbox, a_mail(to="de Vries <vries@example.org>", subject="éérste"), "vries@example.org")

    [kept] = read_mailbox(mailbox)[before:]
    assert (kept.recipient, kept.subject) == ("vries@example.org", "éérste")
    assert kept.text == "Beste klant, de koppeling is gelegd.\n.\neen punt alleen\n"
    assert kept.html.strip() == "<p>Beste klant</p>"
    assert f"X-Envelope-From: {SENDER}" in kept.path.read_text("utf-8")
    assert abs(kept.arrived_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_message_is_on_disk_when_its_sender_is_told(sandbox: RunningSandbox) -> None:
    mailbox = sandbox.endpoints().mailbox
    before = len(read_mailbox(mailbox))

    for number in range(10):
        deliver(sandbox, a_mail(to="a@example.org", subject=f"nummer {number}"), "a@example.org")
        assert len(read_mailbox(mailbox)) == before + number + 1

    assert [mail.subject for mail in read_mailbox(mailbox)[before:]] == [f"nummer {n}" for n in range(10)]


def test_every_recipient_of_the_envelope_is_kept(sandbox: RunningSandbox) -> None:
    deliver(sandbox, a_mail(to="a@example.org", subject="twee"), "a@example.org", "b@example.org")

    assert read_mailbox(sandbox.endpoints().mailbox)[-1].recipient == "a@example.org, b@example.org"


def test_while_the_mailbox_is_away_nothing_answers_and_then_it_is_back(sandbox: RunningSandbox) -> None:
    smtp = sandbox.endpoints().smtp
    kept = read_mailbox(sandbox.endpoints().mailbox)
    old_pid = sandbox.pid("mailbox") or 0

    with sandbox.away("mailbox"), pytest.raises(ConnectionRefusedError):
        socket.create_connection((smtp.host, smtp.port))

    sandbox.wait_restarted("mailbox", old_pid, deadline_s=5)
    assert read_mailbox(sandbox.endpoints().mailbox) == kept


def test_arrivals_grow_when_the_clock_is_set_back() -> None:
    times = iter([50, 40, 40, 60])
    arrivals = Arrivals(last=45, clock=lambda: next(times))

    assert [arrivals.next() for _ in range(4)] == [50, 51, 52, 60]
