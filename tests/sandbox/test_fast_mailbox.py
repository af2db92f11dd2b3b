import smtplib
import socket
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from sandbox.mail_index import read_index
from sandbox.ports import LOOPBACK, choose_ports
from sandbox.process_spec import ProcessSpec
from sandbox.readiness import port_answers
from sandbox.supervisor import Supervisor


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    port = choose_ports(["smtp"], remembered_in=tmp_path / "ports.json")["smtp"]
    supervisor = Supervisor(held=tmp_path / "held", changed=lambda: None)
    supervisor.new_rank()
    await supervisor.start(
        ProcessSpec(
            name="mailbox",
            argv=(sys.executable, "-m", "sandbox.mailbox"),
            ready=port_answers(port),
            log=tmp_path / "mailbox.log",
            env={"SMTP_HOST": LOOPBACK, "SMTP_PORT": str(port), "MAILBOX_DIR": str(tmp_path), "MAILBOX_FAST": "1"},
        )
    )
    yield port
    await supervisor.stop()


async def test_each_message_is_counted_with_what_tells_it_apart(tmp_path: Path, port: int) -> None:
    with smtplib.SMTP(LOOPBACK, port) as connection:
        for number in range(3):
            mail = EmailMessage()
            mail["Subject"], mail["Message-ID"] = f"Koppeling {number} gerëaliseerd", f"<{number}@example.org>"
            mail.set_content("Beste klant,\n.\ntot ziens")
            connection.send_message(mail, "koppeling@example.org", [f"{number}@example.org"])

    kept = read_index(tmp_path)
    assert [(mail.recipient, mail.message_id, mail.subject) for mail in kept] == [
        (f"{number}@example.org", f"<{number}@example.org>", f"Koppeling {number} gerëaliseerd") for number in range(3)
    ]
    assert kept[0].arrived_at <= kept[1].arrived_at <= kept[2].arrived_at


async def test_commands_sent_in_one_go_are_answered_in_order(tmp_path: Path, port: int) -> None:
    mail = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nMessage-ID: <1>\r\n\r\nx\r\n.\r\n"
    with socket.create_connection((LOOPBACK, port)) as connection, connection.makefile("rb") as replies:
        connection.sendall(b"EHLO me\r\n" + mail * 2 + b"NONSENSE\r\nQUIT\r\n")
        codes = [reply[:3] for reply in replies]

    assert codes == [b"220", *[b"250"] * 4, *[b"250", b"250", b"354", b"250"] * 2, b"502", b"221"]
    assert len(read_index(tmp_path)) == 2
