import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from ops.cli import main
from ops.stuck.found import ALLOWED_S, WAITS_FOR
from services.monitor.settings import MonitorSettings, SilenceSettings
from services.monitor.stage import RULES, Stage
from stream.settings import faults_of


def test_everything_that_may_not_be_silent_for_ever_is_looked_at_but_forms_that_nobody_took() -> None:
    assert {*WAITS_FOR, Stage.SUBMITTED} == {*ALLOWED_S, *(stage for stage in RULES if not stage.ended)}


def test_the_limits_are_those_of_the_alerts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_SILENCE_S", '{"held": 5}')
    usual = {stage: rule.silence_s for stage, rule in RULES.items() if rule.silence_s is not None}
    assert SilenceSettings().silences_s() == usual | {Stage.HELD: 5}


def test_a_limit_for_link_requests_is_for_the_list_alone_as_no_event_says_that_one_is_taken_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KOPPELING_SILENCE_S", '{"link_requested": 5, "realised": 5, "held": 5}')
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "127.0.0.1:9092")
    limits = SilenceSettings().silences_s()
    assert limits[Stage.LINK_REQUESTED] == 5
    alerts = MonitorSettings().silences_s()
    assert alerts.keys() == {stage for stage in RULES if not stage.ended}
    assert alerts[Stage.HELD] == 5


def test_limits_that_are_no_json_are_a_fault_of_their_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_SILENCE_S", "planted: no json")
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "127.0.0.1:9092")
    with pytest.raises(ValidationError) as raised:
        MonitorSettings()
    said = faults_of(raised.value)
    assert (said.startswith("KOPPELING_SILENCE_S: "), "planted" in said) == (True, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--apply", "--reason", "why"], "go with --redrive"),
        (["--redrive", "--json"], "--json lists"),
        (["--stage", "realised"], "is not one of"),
        (
            ["--redrive", "--stage", "accepted", "--stage", "held"],
            "a registration that is held waits for no step of ours",
        ),
    ],
)
def test_what_can_not_be_meant_is_said(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["stuck", *words])
    assert (result.exit_code, said in result.stderr) == (2, True)
