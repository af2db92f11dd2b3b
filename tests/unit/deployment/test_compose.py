"""The Compose file against the flow, the services' settings and the sandbox. No container engine runs here."""

import copy
import importlib
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_faults import LOCAL_PASSWORD, OURS, faults, is_one_shot
from each import each

from sandbox import kafka
from sandbox.keylane.settings import Settings as KeylaneSettings
from schemas import flow
from schemas.topics import all_topics
from services import create_topics, migrate
from services.monitor.settings import MonitorSettings
from stream.environment import ADMIN_VARIABLE, PREFIX
from stream.settings import Settings

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)
SERVICES: dict[str, Any] = COMPOSE["services"]
PARTIES = [party.name for party in flow.SERVICES]


def is_there(module: str) -> bool:
    package, _, _ = module.rpartition(".")
    return find_spec(package) is not None and find_spec(module) is not None


def settings_of(service: str) -> type[Settings]:
    root = importlib.import_module(f"services.{service}.__main__")
    found = [one for one in vars(root).values() if isinstance(one, type) and issubclass(one, Settings)]
    return max(found, key=lambda settings: len(settings.model_fields))


def environment_of(service: str) -> dict[str, str]:
    """What it is told where nothing is set around it: a variable without a value is handed through, and then is not."""
    told = SERVICES[service]["environment"].items()
    return {name: re.sub(r"\$\{\w+:-(\w+)\}", r"\1", value) for name, value in told if value is not None}


def test_nothing_is_wrong_with_the_file() -> None:
    assert faults(COMPOSE) == []


def test_the_services_of_the_flow_are_the_workers_of_the_file() -> None:
    workers = {name for name, service in SERVICES.items() if service.get("command") == [f"services.{name}"]}
    assert workers - {"migrate"} == {*PARTIES, flow.MONITOR.name}


def test_other_parties_of_the_flow_run_as_simulators_or_not_at_all() -> None:
    simulators = {name for name, service in SERVICES.items() if service.get("profiles") == ["simulators"]}
    assert simulators <= {party.name for party in flow.FLOW if not party.ours}
    assert all(SERVICES[name]["command"] == [f"sandbox.{name}"] for name in simulators)


def test_the_topics_of_the_flow_are_made_before_any_worker_starts() -> None:
    assert SERVICES["topics"]["command"] == [create_topics.__name__]
    made = [(topic.name, topic.partitions, topic.config) for topic in create_topics.wanted()]
    assert made == [(topic.name, topic.partitions, topic.settings) for topic in all_topics()]
    assert all("topics" in SERVICES[name]["depends_on"] for name in PARTIES)


def test_the_migration_is_done_before_any_worker_starts() -> None:
    assert SERVICES["migrate"]["command"] == [migrate.__name__]
    assert list(SERVICES["migrate"]["environment"]) == [ADMIN_VARIABLE]
    assert all("migrate" in SERVICES[name]["depends_on"] for name in PARTIES)


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service["image"] == OURS])
def test_what_the_image_is_asked_to_run_exists(name: str) -> None:
    assert is_there(SERVICES[name]["command"][0])


@pytest.mark.parametrize("name", PARTIES)
def test_a_worker_gets_the_settings_it_needs_and_no_others(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name)
    environment = environment_of(name)
    assert SERVICES[name]["environment"].keys() <= {PREFIX + field.upper() for field in settings.model_fields}
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    read = settings()
    assert f":{read.health_port}/ready" in SERVICES[name]["healthcheck"]["test"][-1]
    assert read.postgres_url.hosts()[0]["username"] == name


def test_the_simulator_gets_the_settings_it_needs_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environment_of("keylane")
    fields = KeylaneSettings.model_fields.items()
    assert set(environment) <= {field.validation_alias or PREFIX + name.upper() for name, field in fields}
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    mounts = dict(volume.split(":") for volume in SERVICES["keylane"]["volumes"])
    assert str(KeylaneSettings().keylane_dir) == mounts["keylane"]


@pytest.mark.parametrize("name", PARTIES)
def test_a_worker_is_given_the_time_it_takes_to_leave(name: str) -> None:
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > Settings.model_fields["stop_s"].default


def test_the_live_view_gets_the_settings_it_needs_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environment_of(flow.MONITOR.name)
    assert set(environment) <= {PREFIX + field.upper() for field in MonitorSettings.model_fields}
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    read = MonitorSettings()
    assert read.postgres_url is not None
    assert read.postgres_url.hosts()[0]["username"] == flow.MONITOR.name


def test_every_service_of_the_flow_gets_its_login() -> None:
    script = (ROOT / "deployment/postgres/roles.sh").read_text()
    made = re.search(r"^for role in (.+); do$", script, re.MULTILINE)
    assert made is not None
    assert made[1].split() == [*PARTIES, flow.MONITOR.name]


def test_kafka_is_set_as_in_the_sandbox() -> None:
    wanted = kafka._CLUSTER_SETTINGS | kafka._copies(1)
    variables = {f"KAFKA_{name.replace('.', '_').upper()}": str(value) for name, value in wanted.items()}
    environment = SERVICES["kafka"]["environment"]
    assert {name: environment.get(name) for name in variables} == variables


def test_kafkas_health_is_a_port_that_it_opens_to_clients() -> None:
    (asked,) = re.findall(r"</dev/tcp/127\.0\.0\.1(/\d+)$", SERVICES["kafka"]["healthcheck"]["test"][-1])
    listeners = re.findall(r"(\w+)://(:\d+)", SERVICES["kafka"]["environment"]["KAFKA_LISTENERS"])
    assert asked.replace("/", ":") in [port for name, port in listeners if name != "CONTROLLER"]


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(compose: dict[str, Any]) -> None:
        node = compose["services"]
        for name in path[:-1]:
            node = node[name]
        del node[path[-1]]

    return change


def with_value(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(compose: dict[str, Any]) -> None:
        node = compose["services"]
        for name in path[:-1]:
            node = node[name]
        node[path[-1]] = value

    return change


BROKEN = {
    "intake: depends on postgres, which does not exist": without("postgres"),
    "intake: waits for the health of kafka, which has no health check": without("kafka", "healthcheck"),
    "intake: waits for kafka under a condition that it cannot fulfil": with_value(
        {"condition": "service_completed_successfully"}, "intake", "depends_on", "kafka"
    ),
    "intake: waits for topics under a condition that it cannot fulfil": with_value(
        {"condition": "service_started"}, "intake", "depends_on", "topics"
    ),
    "notifier: depends on mailpit, which only a profile starts": with_value(["mail"], "mailpit", "profiles"),
    "kafka: has no healthcheck.timeout": without("kafka", "healthcheck", "timeout"),
    "mailpit: is not started again when it ends": without("mailpit", "restart"),
    "mailpit: image 'axllent/mailpit:latest' names no version": with_value(
        "axllent/mailpit:latest", "mailpit", "image"
    ),
    "mailpit: image 'axllent/mailpit' names no version": with_value("axllent/mailpit", "mailpit", "image"),
    "mailpit: is built here and is not ours": with_value({"context": "."}, "mailpit", "build"),
    "intake: is looked for in a registry": without("intake", "pull_policy"),
    "our image is built by []": without("topics", "build"),
    "our image is built by ['topics', 'migrate']": with_value({"context": "."}, "migrate", "build"),
    "kafka: port 29092:29092 is not on the loopback interface": with_value(["29092:29092"], "kafka", "ports"),
    "kafka: sets privileged": with_value("true", "kafka", "privileged"),
    "intake: sets user": with_value("root", "intake", "user"),
    "intake: keeps privileges": without("intake", "cap_drop"),
    "intake: is the first process, which heeds no signal before it asks for it": without("intake", "init"),
    "intake: may write to its image": without("intake", "read_only"),
    "kafka: mounts logs, which is not declared": with_value(["logs:/logs"], "kafka", "volumes"),
    "kafka: may write to ./sandbox": with_value(["./sandbox:/sandbox"], "kafka", "volumes"),
    "postgres: POSTGRES_PASSWORD holds a password": with_value(
        "hunter2", "postgres", "environment", "POSTGRES_PASSWORD"
    ),
    "migrate: KOPPELING_ADMIN_URL holds a password": with_value(
        "postgresql://administrator:hunter2@postgres/koppeling", "migrate", "environment", "KOPPELING_ADMIN_URL"
    ),
}


@each(BROKEN)
def test_what_is_broken_on_purpose_is_named(fault: str) -> None:
    broken = copy.deepcopy(COMPOSE)
    BROKEN[fault](broken)
    assert fault in faults(broken)


def test_only_what_ends_by_itself_counts_as_ended() -> None:
    assert [name for name, service in SERVICES.items() if is_one_shot(service)] == ["topics", "migrate"]


def test_the_password_names_its_purpose() -> None:
    assert "LOCAL" in LOCAL_PASSWORD
    assert "localuseonly" in LOCAL_PASSWORD
