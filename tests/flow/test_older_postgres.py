"""Postgres comes back older than Kafka, and what the runbook tells to type makes it good: nobody is mailed twice."""

import asyncio
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from signal import SIGINT, SIGTERM

import asyncpg
import pytest
from commands import Said, koppeling
from consumer_group import all_committed
from forms import loket_form
from onboarding import DONE, SOURCE, Onboarding, form_record
from runbook_page import OLDER_POSTGRES, blocks

from faults.real.proxy import Proxy, proxying
from faults.real.smtp_wire import SmtpExchange
from sandbox.mail_index import read_mailbox
from sandbox.ports import choose_ports
from sandbox.postgres_home import find_home
from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.flow import SERVICE_NAMES
from schemas.ids import registration_id

pytestmark = pytest.mark.long

NOWHERE = 1
"""A port where nothing listens."""
FORMS = {name: loket_form(61_200 + n) for n, name in enumerate(("before", "mailed", "mailed-too", "not-mailed"))}
EXPLAINED = {"REPEAT_DIFFERS", "SAID_TWICE", "OUT_OF_ORDER", "EVENT_FROM_NOWHERE"}
"""What was said and forgotten still stands in the topics: the audit finds that it was said again, at another time."""


class MailRoute:
    """The way to the mail server; while it is barred nothing listens there."""

    def __init__(self, port: int) -> None:
        self.mailbox = NOWHERE
        self.is_barred = False
        self.proxy = Proxy(port, self._target, SmtpExchange)

    def bar(self) -> None:
        self.is_barred = True
        self.proxy.cut()

    def _target(self) -> int:
        return NOWHERE if self.is_barred else self.mailbox


async def copy_data(onboarding: Onboarding, name: str, to: str) -> None:
    """Postgres's folder under another name, its owner kept: put aside, or put back."""
    home = find_home(onboarding.sandbox.state).path
    with onboarding.sandbox.away("postgres", SIGINT):
        shutil.rmtree(home / to, ignore_errors=True)
        await asyncio.to_thread(subprocess.run, ["/bin/cp", "-a", str(home / name), str(home / to)], check=True)

    async def ask() -> bool:
        with suppress(OSError, asyncpg.PostgresError):
            return bool(await onboarding.query("select"))
        return False

    await until(ask, deadline_s=30, missing="Postgres is not back")


async def publish(onboarding: Onboarding, *names: str) -> list[str]:
    await onboarding.publish([form_record(name, FORMS[name]) for name in names])
    return [registration_id(SOURCE, name) for name in names]


async def everything_committed(onboarding: Onboarding) -> None:
    await asyncio.gather(*(all_committed(onboarding, service) for service in SERVICE_NAMES))


async def unsent(onboarding: Onboarding, registration: str) -> None:
    """Returns when both of its mails are planned, and none of them is sent."""

    async def ask() -> bool:
        return [one.status in DONE for one in await onboarding.effects([registration])] == [False, False]

    await until(ask, deadline_s=30, missing="the mails are not planned")


def stop_when_they_refuse(running: RunningSandbox) -> None:
    for service in SERVICE_NAMES:
        (running.state.held / service).touch()


async def refused(running: RunningSandbox) -> None:
    async def ask() -> bool:
        logs = [running.state.log(service).read_text("utf-8", errors="replace") for service in SERVICE_NAMES]
        return all("StateWentBack" in log for log in logs) and not any(map(running.pid, SERVICE_NAMES))

    await until(ask, deadline_s=40, missing="a service does not refuse")


async def started(onboarding: Onboarding) -> None:
    for service in SERVICE_NAMES:
        (onboarding.sandbox.state.held / service).unlink()

    async def ask() -> bool:
        said = (await koppeling(onboarding, "services", "--json")).json
        return all((one["workers"], one["lag_records"], one["queue_late_s"]) == (1, 0, 0) for one in said)

    await until(ask, deadline_s=60, missing="the services do not keep up")


async def type_block(onboarding: Onboarding, block: list[list[str]], **stands_for: str) -> list[Said]:
    said = []
    for words in block:
        said.append(await koppeling(onboarding, *(stands_for.get(word.replace(".", "_"), word) for word in words)))
        assert said[-1].code == 0, f"{words}\n{said[-1].out}\n{said[-1].err}"
    return said


async def test_postgres_restored_to_an_older_state_mails_nobody_twice(tmp_path: Path) -> None:
    stopped, ready, planned, settled = blocks(OLDER_POSTGRES)
    route = MailRoute(choose_ports(["smtp"], remembered_in=tmp_path / "ports.json")["smtp"])
    async with proxying(route.proxy):
        with throwaway_sandbox(SandboxSettings(detours={"smtp": route.proxy.port})) as running:
            onboarding = Onboarding(running)
            route.mailbox = running.endpoints().smtp.port
            await onboarding.load_policies(list(FORMS.values()))
            before = await publish(onboarding, "before")
            assert await onboarding.confirmations(before) == [1]
            await onboarding.all_said(before)
            await copy_data(onboarding, "data", "older")
            mailed = await publish(onboarding, "mailed", "mailed-too")
            assert await onboarding.confirmations(mailed) == [1, 1]
            route.bar()
            (not_mailed,) = await publish(onboarding, "not-mailed")
            await unsent(onboarding, not_mailed)
            await everything_committed(onboarding)
            stop_when_they_refuse(running)
            await copy_data(onboarding, "older", "data")
            await refused(running)

            rewound = (await type_block(onboarding, stopped))[-1]
            again = await koppeling(onboarding, "rewind", "--apply", "--reason", "typed twice")
            assert (again.code, "put back" in rewound.out, "put back" in again.out) == (0, True, False), again.err
            await started(onboarding)
            await type_block(onboarding, ready)
            with running.away("notifier", SIGTERM):
                await type_block(onboarding, planned)
            route.is_barred = False
            log = tmp_path / "mail.log"
            log.write_text("\n".join(mail.message_id for mail in read_mailbox(running.endpoints().mailbox)), "utf-8")
            uncertain = (await koppeling(onboarding, "mails", "uncertain", "--json")).json
            assert Counter(one["registration"] for one in uncertain) == dict.fromkeys([*mailed, not_mailed], 2)
            await type_block(onboarding, settled, mail_log=str(log), N="2", M="4")
            await realised_once(onboarding, [*before, *mailed, not_mailed])
            await audited(onboarding, *before)


async def realised_once(onboarding: Onboarding, registrations: list[str]) -> None:
    async def ask() -> bool:
        effects = await onboarding.effects(registrations)
        sent = Counter((one.registration, one.kind) for one in effects if one.status == "SENT")
        return list(sent.values()) == [1] * 2 * len(registrations) and all(one.status in DONE for one in effects)

    await until(ask, deadline_s=30, missing="not every mail is sent")
    await onboarding.all_said(registrations)
    mails = Counter((mail.recipient, mail.subject) for mail in read_mailbox(onboarding.sandbox.endpoints().mailbox))
    assert list(mails.values()) == [1] * 2 * len(registrations)


async def audited(onboarding: Onboarding, untouched: str) -> None:
    """Nothing is found but that the forgotten was said twice, and nothing about whom Postgres knew all along."""
    await everything_committed(onboarding)
    audit = await koppeling(onboarding, "audit", "--at-rest", "--json")
    assert {finding["code"] for finding in audit.json["findings"]} <= EXPLAINED, audit.out
    assert untouched not in audit.out
