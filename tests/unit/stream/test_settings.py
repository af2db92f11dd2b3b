"""A worker that is told something impossible says everything that is wrong, and no value."""

from pathlib import Path

import pytest
from certificate import self_signed
from pydantic import ValidationError

from stream.environment import PREFIX
from stream.settings import Settings, faults_of, redacted

GOOD = {
    "KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "POSTGRES_URL": "postgresql://toy:planted-secret@127.0.0.1:5432/koppeling",
}


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(PREFIX + name, value)
    return Settings()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **GOOD, BATCH_RECORDS_MAX="7", RELEASE="2.1")
    assert (settings.kafka_bootstrap, settings.batch_records_max, settings.release) == ("127.0.0.1:9092", 7, "2.1")


def test_every_fault_is_reported_at_once_by_the_variables_name(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"POSTGRES_URL": "mysql://planted-secret", "BATCH_RECORDS_MAX": "1001", "POLL_S": "soon", "TICK_S": "-1"}
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, **wrong)
    lines = faults_of(raised.value).splitlines()
    names = [line.split(":")[0] for line in lines]
    assert names == [PREFIX + n for n in ("KAFKA_BOOTSTRAP", "POSTGRES_URL", "BATCH_RECORDS_MAX", "POLL_S", "TICK_S")]
    assert "planted-secret" not in faults_of(raised.value)
    assert "planted-secret" not in str(raised.value)


def test_a_fault_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, KAFKA_BOOTSTRAP="127.0.0.1:9092", KAFKA_SECURITY_PROTOCOL="SASL_SSL", KAFKA_PASSWORD="")
    assert set(faults_of(raised.value).splitlines()) == {
        f"{PREFIX}POSTGRES_URL: is not set",
        f"{PREFIX}KAFKA_USERNAME: is not set, and KOPPELING_KAFKA_SECURITY_PROTOCOL=SASL_SSL logs in with it",
        f"{PREFIX}KAFKA_PASSWORD: has 0 characters, and needs 1 or more",
    }
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, **GOOD | {"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "POSTGRES_URL": "db:5432/koppeling"})
    assert f"{PREFIX}POSTGRES_URL: does not begin with postgresql://" in faults_of(raised.value).splitlines()


@pytest.mark.parametrize(("name", "value"), [("POLL_S", "inf"), ("WATCHDOG_S", "nan"), ("REPLAY_HORIZON_DAYS", "1e10")])
def test_a_number_that_no_clock_and_no_calendar_has_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, **GOOD, **{name: value})
    assert faults_of(raised.value).startswith(PREFIX + name)


def test_settings_are_shown_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = redacted(read(monkeypatch, **GOOD))
    assert f"{PREFIX}POSTGRES_URL=postgresql://toy:***@127.0.0.1:5432/koppeling" in shown.splitlines()
    assert f"{PREFIX}WATCHDOG_S=60" in shown
    assert "planted-secret" not in shown


@pytest.mark.parametrize("file", ["/no/file", __file__, "system"])
def test_authorities_for_postgres_that_cannot_be_read_are_a_fault_and_no_outage(
    monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, **GOOD | {"POSTGRES_URL": f"{GOOD['POSTGRES_URL']}?sslmode=verify-full&sslrootcert={file}"})
    assert faults_of(raised.value).startswith(f"{PREFIX}POSTGRES_URL: sslrootcert names no certificates in PEM")
    assert "planted-secret" not in faults_of(raised.value)


@pytest.mark.parametrize("hosts", ["one:5432,two:5433", "one,two", "[::1]"])
def test_every_host_of_postgres_is_shown(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    url = f"postgresql://toy:planted-secret@{hosts}/koppeling?target_session_attrs=primary"
    shown = redacted(read(monkeypatch, **GOOD | {"POSTGRES_URL": url}))
    assert f"{PREFIX}POSTGRES_URL={url.replace('planted-secret', '***')}" in shown.splitlines()


def test_how_postgres_is_encrypted_is_shown_and_nothing_else_of_what_its_url_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = f"sslmode=verify-full&password=planted-secret&sslrootcert={self_signed(tmp_path)}"
    shown = redacted(read(monkeypatch, **GOOD | {"POSTGRES_URL": f"{GOOD['POSTGRES_URL']}?{asked}"}))
    assert f":5432/koppeling?sslmode=verify-full&sslrootcert={tmp_path}/certificate.pem" in shown
    assert "planted-secret" not in shown
