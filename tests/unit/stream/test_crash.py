"""Where a fault test kills a worker, and that nobody else is killed there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import services
import stream
from services.intake.settings import IntakeSettings
from services.notifier.settings import SENDER_CRASH_POINTS, NotifierSettings
from stream.environment import PREFIX
from stream.settings import Settings, faults_of
from stream.step import Step

THREE_ROUNDS = """
import sys
from stream.crash import death_at, point, tell
from stream.step import Step
for told in sys.argv[1:]:
    tell(death_at(told))
for step in [*Step] * 3:
    point(step)
    print(step, flush=True)
"""


def passed(*told: str) -> tuple[int, list[str]]:
    run = subprocess.run([sys.executable, "-c", THREE_ROUNDS, *told], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.split()


def test_crash_points_are_off_unless_somebody_is_told() -> None:
    assert passed() == (0, [str(step) for step in Step] * 3)


@pytest.mark.parametrize(("told", "before"), [("decode", 1), ("receive:2", 8), ("commit:3", 23)])
def test_the_process_dies_at_the_point_that_is_named(told: str, before: int) -> None:
    code, steps = passed(told)
    assert code == -9
    assert len(steps) == before


@pytest.mark.parametrize(
    ("settings", "told", "is_fault"),
    [
        (IntakeSettings, "record", False),
        (IntakeSettings, "record:3", False),
        (NotifierSettings, "publish:2", False),
        (NotifierSettings, "body_started", False),
        (IntakeSettings, "body_started", True),
        (IntakeSettings, "recrod:3", True),
        (NotifierSettings, "recrod:3", True),
        (IntakeSettings, "record:0", True),
        (IntakeSettings, "record:thrice", True),
        (IntakeSettings, "", True),
    ],
)
def test_a_point_that_the_service_does_not_have_is_a_fault_beside_all_others(
    monkeypatch: pytest.MonkeyPatch, settings: type[Settings], told: str, *, is_fault: bool
) -> None:
    monkeypatch.setenv(f"{PREFIX}CRASH_AT", told)
    with pytest.raises(ValidationError) as raised:
        settings()
    faulty = {line.split(":")[0].removeprefix(PREFIX) for line in faults_of(raised.value).splitlines()}
    assert {"KAFKA_BOOTSTRAP", "CORRECTION_KEY"} <= faulty
    assert ("CRASH_AT" in faulty) is is_fault


def test_every_crash_point_in_the_source_can_be_told() -> None:
    folders = [Path(module.__path__[0]) for module in (services, stream)]
    sources = [path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py")]
    named = {
        name for source in sources for name in re.findall(r"(?:crash\.point|_passed)\((Step\.\w+|\"\w+\")\)", source)
    }
    assert named == {f"Step.{step.name}" for step in Step} | {f'"{point}"' for point in SENDER_CRASH_POINTS}
