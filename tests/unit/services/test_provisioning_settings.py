"""A payroll calendar that is published otherwise: from the environment to the day that a customer hears."""

import json
from datetime import date

import pytest
from keylane_story import enriched, report
from pydantic import ValidationError
from stories import Story
from typed_forms import loket

from payroll.calendar import periods
from schemas.events import LinkRealised
from services.provisioning.__main__ import build
from services.provisioning.settings import ProvisioningSettings
from stream.environment import PREFIX
from stream.settings import faults_of, redacted

PUBLISHED = [*(period.start.isoformat() for period in periods(2026, "four_weeks")[:-1]), "2026-11-20"]


def read(monkeypatch: pytest.MonkeyPatch, starts: str) -> ProvisioningSettings:
    known = {"KAFKA_BOOTSTRAP": "127.0.0.1:9092", "POSTGRES_URL": "postgresql://toy:secret@127.0.0.1:5432/koppeling"}
    for name, value in (known | {"FOUR_WEEK_STARTS": starts}).items():
        monkeypatch.setenv(PREFIX + name, value)
    return ProvisioningSettings()


@pytest.mark.parametrize(("starts", "day"), [({}, date(2027, 1, 5)), ({2026: PUBLISHED}, date(2027, 2, 5))])
async def test_a_year_that_is_published_otherwise_is_what_a_first_exchange_follows(
    monkeypatch: pytest.MonkeyPatch, starts: dict[int, list[str]], day: date
) -> None:
    deployment = await build(read(monkeypatch, json.dumps(starts)))
    story = Story(deployment.service)
    story.said(enriched(loket(frequency="four_weeks")))
    realised = story.only(LinkRealised, report("configured"))
    assert realised.first_exchange.on == day


@pytest.mark.parametrize("wrong", ["soon", "[]", json.dumps({2026: PUBLISHED[1:]}), json.dumps({2026: ["today"]})])
def test_a_calendar_that_cannot_be_is_a_fault_of_its_variable(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, wrong)
    assert all(line.startswith(f"{PREFIX}FOUR_WEEK_STARTS") for line in faults_of(raised.value).splitlines())


def test_the_calendar_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2026, 11, 20" in redacted(read(monkeypatch, json.dumps({2026: PUBLISHED})))
