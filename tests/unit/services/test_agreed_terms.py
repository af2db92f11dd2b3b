"""How long is waited when nobody sets it otherwise: what the runbook tells operators."""

import re
from pathlib import Path

import pytest

from services.enrichment.settings import EnrichmentSettings
from services.intake.settings import IntakeSettings
from services.provisioning.settings import ProvisioningSettings
from stream.environment import PREFIX
from stream.settings import Settings

RUNBOOK = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text("utf-8")
NUMBERS = {"three": 3, "ten": 10}


@pytest.mark.parametrize(
    ("settings", "name", "agreed"),
    [
        (IntakeSettings, "reminder_days", 7),
        (IntakeSettings, "lapse_days", 60),
        (EnrichmentSettings, "policy_deadline_days", 30),
        (ProvisioningSettings, "keylane_deadline_days", 10),
        (ProvisioningSettings, "customer_reminder_days", 14),
        (ProvisioningSettings, "customer_reminders_max", 3),
    ],
)
def test_a_wait_is_as_long_as_the_runbook_says(settings: type[Settings], name: str, agreed: int) -> None:
    told = re.findall(rf"(\w+)(?: days| times)? \(`{PREFIX}{name.upper()}`\)", RUNBOOK)
    assert {NUMBERS.get(number) or int(number) for number in told} == {agreed}
    assert settings.model_fields[name].default == agreed
