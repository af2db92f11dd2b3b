"""What the services could remember of a registration, for the tests of what is shown."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from typed_forms import REGISTRATION

from ops.mails.ledger_mail import LedgerMail
from ops.parked.row import ParkedRow, advice
from ops.replay.replays import Replay
from ops.story.mail_view import MailView
from ops.story.remembered import Remembered
from schemas.events import FirstExchange
from schemas.ids import reference
from schemas.values import Finding
from services.enrichment.documents import Enrichment
from services.intake.documents import Intake
from services.notifier.ledger import Status
from services.provisioning.documents import Link, LinkStage, Provisioning

REFERENCE = reference(REGISTRATION)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST_EXCHANGE = FirstExchange(on=date(2027, 1, 5), period_id="2026-12", rule_version="1", named_by_keylane=False)
RIGHT_MISSING = (Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def intake(*, company_name: str | None = "Kwekerij Nergenshuizen", faults: tuple[str, ...] = ()) -> Intake:
    return Intake(
        answer="rejected" if faults else "submitted",
        since=ago(30),
        reference=REFERENCE,
        package="loket",
        company_name=company_name,
        faults=faults,
    )


def enrichment(reason: str | None = None, **more: int) -> Enrichment:
    return Enrichment.model_validate({"reference": REFERENCE, "cycle": 1, "since": ago(20), "reason": reason, **more})


def link(number: int, stage: LinkStage) -> Link:
    findings = RIGHT_MISSING if stage in (LinkStage.ACTION_NEEDED, LinkStage.REFUSED) else ()
    return Link(
        connection=number,
        employer_code=f"810000{number}",
        stage=stage,
        since=ago(10 - number),
        requested_at=ago(15),
        cycle=1,
        asked="",
        frequency="month",
        findings=findings,
        first_exchange=FIRST_EXCHANGE if stage is LinkStage.REALISED else None,
    )


def provisioning(*stages: LinkStage) -> Provisioning:
    return Provisioning(
        reference=REFERENCE,
        package="loket",
        company_name="Kwekerij Nergenshuizen",
        email="loket@kantoor-fictief.example",
        raamwerkcontractnummer="A020100003",
        loonheffingennummer="812345678L01",
        cycle=1,
        links=tuple(link(number, stage) for number, stage in enumerate(stages, start=1)),
    )


def at_keylane(*stages: LinkStage, parked: tuple[ParkedRow, ...] = ()) -> Remembered:
    return Remembered(REGISTRATION, intake(), enrichment(), provisioning(*stages), (mail(),), parked)


def mail(status: str = "sent", **fields: Any) -> MailView:
    plain = {"kind": "link-realised", "occasion": "connection 1", "role": "applicant", "at": ago(1), "attempts": 1}
    return MailView.model_validate({**plain, "status": status, **fields})


def ledger_mail(number: int = 5, **fields: Any) -> LedgerMail:
    plain: dict[str, Any] = {
        "id": UUID(int=number), "registration": REGISTRATION, "reference": REFERENCE, "kind": "link-realised",
        "occasion": "connection 1", "role": "applicant", "domain": "nergens.example", "epoch": 0,
        "status": Status.UNCERTAIN, "attempts": 1, "reply": "DATA", "planned_at": NOW,
        "body_started_at": NOW, "since": NOW,
    }  # fmt: skip
    return LedgerMail(**plain | fields)


def replay(**fields: Any) -> Replay:
    plain: dict[str, Any] = {
        "id": UUID(int=3), "begun_at": NOW, "service": "notifier", "topic": "link-realised", "asked": "half-way",
        "starts": {1: 5, 2: 5}, "ends": {1: 9, 2: 5}, "positions": {1: 7, 2: 5}, "queued": 2, "finished_at": None,
        "stopped_at": None, "epoch": 1,
    }  # fmt: skip
    return Replay(**plain | fields)


def parked(reason: str = "DEFECT_KeyError", *, retry_at: datetime | None = None, blocks: bool = True) -> ParkedRow:
    return ParkedRow(
        service="provisioning",
        id=UUID(int=7),
        registration=REGISTRATION,
        reference=REFERENCE,
        package="loket",
        topic="provisioning-reported",
        partition=3,
        offset=17,
        reason=reason,
        cause="services/provisioning/decide.py, decide",
        group="0badcafe",
        attempts=2,
        retried=1,
        since=ago(40),
        last=ago(20),
        release="0.1.0",
        retry_at=retry_at,
        blocks=blocks,
        waiting=1,
        advice=advice(reason, retry_at),
    )
