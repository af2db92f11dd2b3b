"""Whoever reaches Kafka does it encrypted and with a login, or is told everything that is wrong with what he set."""

from pathlib import Path

import pytest
from aiokafka.conn import collect_hosts
from certificate import self_signed
from pydantic import ValidationError

from stream.environment import PREFIX
from stream.kafka_access import KafkaAccess, KafkaAccessSettings
from stream.settings import Settings, faults_of, redacted

SECRET = "planted-secret"  # noqa: S105  (it is planted)
LOGIN = {"SECURITY_PROTOCOL": "SASL_SSL", "USERNAME": "intake", "PASSWORD": SECRET}


@pytest.fixture
def authorities(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **variables: object) -> KafkaAccessSettings:
    for name, value in ({"BOOTSTRAP": "kafka:9093"} | variables).items():
        monkeypatch.setenv(f"{PREFIX}KAFKA_{name}", str(value))
    return KafkaAccessSettings()


def faults(monkeypatch: pytest.MonkeyPatch, **variables: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as raised:
        read(monkeypatch, **variables)
    said = faults_of(raised.value)
    assert SECRET not in said + str(raised.value)
    return dict(line.removeprefix(f"{PREFIX}KAFKA_").split(": ", 1) for line in said.splitlines())


@pytest.mark.parametrize("brokers", ["", ",", "kafka:", "kafka:9093,", "127.0.0.1:abc", "kafka:0", "k:65536", "[::1"])
def test_brokers_that_cannot_be_reached_by_what_names_them_are_a_fault(
    monkeypatch: pytest.MonkeyPatch, brokers: str
) -> None:
    assert "HOST:PORT" in faults(monkeypatch, BOOTSTRAP=brokers)["BOOTSTRAP"]


def test_several_brokers_are_named_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, BOOTSTRAP="a.example:9093, [::1]:9093").kafka_access.bootstrap


@pytest.mark.parametrize(
    ("broker", "host", "port"),
    [("kafka", "kafka", 9092), ("[::1]", "::1", 9092), ("[fe80::1%eth0]:9093", "fe80::1%eth0", 9093)],
)
def test_a_port_may_be_left_out_and_an_address_may_name_its_interface(
    broker: str, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = collect_hosts(read(monkeypatch, BOOTSTRAP=broker).kafka_access.bootstrap)
    assert found[:2] == (host, port)


def test_nothing_is_encrypted_and_nobody_logs_in_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    access = read(monkeypatch).kafka_access
    assert access == KafkaAccess("kafka:9093")
    plain = {"bootstrap_servers": "kafka:9093", "security_protocol": "PLAINTEXT", "ssl_context": None}
    assert (access.principal, access.arguments()) == ("User:ANONYMOUS", plain)


def test_a_login_goes_over_an_encrypted_connection_alone(monkeypatch: pytest.MonkeyPatch, authorities: Path) -> None:
    access = read(monkeypatch, **LOGIN, CA_FILE=authorities).kafka_access
    told = access.arguments()
    assert told.pop("ssl_context").cert_store_stats()["x509"] == 1
    assert access.principal == "User:intake"
    assert told == {
        "bootstrap_servers": "kafka:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "intake",
        "sasl_plain_password": SECRET,
    }


def test_who_encrypts_without_a_login_trusts_the_machines_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    told = read(monkeypatch, SECURITY_PROTOCOL="SSL").kafka_access.arguments()
    assert told["ssl_context"].check_hostname
    assert not [name for name in told if name.startswith("sasl")]


def test_a_login_that_is_half_there_is_told_by_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, SECURITY_PROTOCOL="SASL_SSL", CA_FILE=__file__)
    assert list(found) == ["USERNAME", "PASSWORD", "CA_FILE"]
    assert all("is not set, and KOPPELING_KAFKA_SECURITY_PROTOCOL=SASL_SSL" in found[one] for one in list(found)[:2])
    assert found["CA_FILE"].endswith("holds no certificates in PEM that can be read (SSLError)")


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
def test_a_login_is_never_left_out_silently(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, **LOGIN | {"SECURITY_PROTOCOL": protocol})
    assert list(found) == ["USERNAME", "PASSWORD"]
    assert f"KOPPELING_KAFKA_SECURITY_PROTOCOL={protocol} logs nobody in" in found["PASSWORD"]


def test_an_authority_for_a_connection_in_clear_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, authorities: Path
) -> None:
    assert "PLAINTEXT checks no certificate" in faults(monkeypatch, CA_FILE=authorities)["CA_FILE"]


@pytest.mark.parametrize(
    ("name", "value"), [("SECURITY_PROTOCOL", "SASL_PLAINTEXT"), ("SASL_MECHANISM", "GSSAPI"), ("CA_FILE", "/no/file")]
)
def test_what_nobody_should_use_is_not_taken(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert name in faults(monkeypatch, **LOGIN | {name: value})


def test_these_faults_stand_beside_all_others_of_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"SECURITY_PROTOCOL": "SASL_SSL", "BOOTSTRAP": "", "USERNAME": ""}
    for name, value in told.items():
        monkeypatch.setenv(f"{PREFIX}KAFKA_{name}", value)
    monkeypatch.setenv(f"{PREFIX}POLL_S", "soon")
    with pytest.raises(ValidationError) as raised:
        Settings()
    names = [line.partition(":")[0].removeprefix(PREFIX) for line in faults_of(raised.value).splitlines()]
    assert names == ["KAFKA_BOOTSTRAP", "KAFKA_USERNAME", "KAFKA_PASSWORD", "POSTGRES_URL", "POLL_S"]


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **LOGIN)
    assert "KOPPELING_KAFKA_PASSWORD=**********" in redacted(settings).splitlines()
    assert SECRET not in redacted(settings) + repr(settings) + repr(settings.kafka_access)
