"""From form to mail on a Kafka that is encrypted and allows nothing but what `koppeling acls` prints."""

import asyncio
import json
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner, Result
from forms import loket_form
from live_view import caught_up, registrations_at
from onboarding import CONFIRMATION, MAILS_EACH, SOURCE, Onboarding, Raw, form_record
from secured_kafka import secured_kafka

from ops.cli import main
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from schemas.access import permissions
from schemas.events import FormReceived
from schemas.flow import FLOW, OPERATORS, WEB_FORMS
from schemas.ids import registration_id
from services.create_topics import wanted
from stream.kafka_access import KafkaAccess
from stream.kafka_topics import create_topics

pytestmark = pytest.mark.long

SUBMISSION = "secured"


async def publish(access: KafkaAccess, record: Raw) -> None:
    async with AIOKafkaProducer(**access.arguments(), enable_idempotence=True) as producer:
        await producer.send_and_wait(FormReceived.name, record.value, key=record.key, headers=list(record.headers))


async def typed(environment: dict[str, str], *words: str, code: int = 0) -> Result:
    ended = await asyncio.to_thread(CliRunner(env=environment, catch_exceptions=False).invoke, main, words)
    assert ended.exit_code == code, ended.output
    return ended


async def test_a_registration_is_confirmed_by_services_that_may_do_what_is_printed_and_no_more(tmp_path: Path) -> None:
    async with secured_kafka(tmp_path, [party.name for party in FLOW]) as kafka:
        await create_topics(kafka.inner, wanted())
        await kafka.allow(permissions())
        settings = SandboxSettings(environment={party.name: kafka.variables(party.name) for party in FLOW})
        with throwaway_sandbox(settings) as running:
            onboarding, form = Onboarding(running), loket_form(60_300)
            await onboarding.load_policies([form])
            await publish(kafka.access(WEB_FORMS.name), form_record(SUBMISSION, form))
            letters = await onboarding.letters(registration_id(SOURCE, SUBMISSION), MAILS_EACH)
            assert CONFIRMATION in letters
            assert registrations_at(await caught_up(running)) == {"realised": 1}
            operators = kafka.variables(OPERATORS.name) | {"KOPPELING_ADMIN_URL": running.endpoints().postgres.url}
            said = json.loads((await typed(operators, "services", "--json")).stdout)
            assert {(one["workers"], one["lag_records"]) for one in said} == {(1, 0)}
            await typed(operators, "audit")
            paused = await typed(operators, "pause", "timeline", "--apply", "--reason", "to say it")
            assert paused.stderr == ""
            barred = await typed(operators | kafka.variables(WEB_FORMS.name), "audit", code=1)
            assert "Kafka's access rules give User:web-forms too little at " in barred.stderr
            guessed = await typed(operators | {"KOPPELING_KAFKA_PASSWORD": "guessed"}, "audit", code=1)
            assert "does not let User:operators in (SaslAuthenticationFailed)" in guessed.stderr
            for log in running.state.logs.glob("*.log"):
                text = log.read_text("utf-8", errors="replace")
                assert "Authorization" not in text, log.name
                assert "password-of" not in text, log.name
