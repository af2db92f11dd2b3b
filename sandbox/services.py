"""The services as processes: each is `python -m services.NAME`, configured by environment only."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.ports import LOOPBACK
from sandbox.postgres import Postgres
from sandbox.process_spec import OneShot, ProcessSpec
from sandbox.readiness import at_once, file_exists, url_answers
from sandbox.secret_store import password
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory
from schemas.flow import INTAKE, MONITOR, NOTIFIER, SERVICE_NAMES
from stream.environment import ADMIN_VARIABLE

KNOW_CORRECTION_CODES = (INTAKE.name, NOTIFIER.name)
ROLES = (*SERVICE_NAMES, MONITOR.name)
"""Who logs in to Postgres."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What services and simulators are told about where they run. `services_bootstrap`: Kafka, perhaps by detours."""

    settings: SandboxSettings
    state: StateDirectory
    bootstrap_servers: str
    services_bootstrap: str
    postgres: Postgres
    port_by_name: dict[str, int]

    @property
    def smtp_port(self) -> int:
        """Where the mailbox listens."""
        return self.port_by_name["smtp"]

    @property
    def jwks(self) -> Path:
        """Where Keylane's simulator publishes its public keys."""
        return self.state.keylane / "jwks.json"


def worker_names(settings: SandboxSettings) -> Iterator[tuple[str, str]]:
    """Service and process name of every worker; the second of a service is NAME-2."""
    for service in SERVICE_NAMES if settings.services else ():
        if service in settings.without:
            continue
        for number in range(1, settings.scale.get(service, 1) + 1):
            yield service, service if number == 1 else f"{service}-{number}"


def service_specs(around: Surroundings) -> tuple[ProcessSpec, ...]:
    """A process for every worker of every service."""
    return tuple(_worker(around, *names) for names in worker_names(around.settings))


def simulator_spec(around: Surroundings) -> ProcessSpec:
    """The simulator of Keylane."""
    return ProcessSpec(
        name="keylane",
        argv=(sys.executable, "-m", "sandbox.keylane"),
        ready=file_exists(around.jwks),
        log=around.state.log("keylane"),
        env={
            "KOPPELING_KAFKA_BOOTSTRAP": around.bootstrap_servers,
            "KOPPELING_KEYLANE_DIR": str(around.state.keylane),
            "KOPPELING_KEYLANE_DELAY_S": str(around.settings.keylane_delay_s),
            **around.settings.environment.get("keylane", {}),
        },
    )


def view_spec(around: Surroundings) -> ProcessSpec:
    """The live view, whose start nobody waits for."""
    return replace(_worker(around, MONITOR.name, MONITOR.name), ready=at_once)


def migration(around: Surroundings) -> OneShot:
    """Every schema brought to this release, before any service runs."""
    return _by_administrator(around, "migration", "services.migrate")


def presets(around: Surroundings) -> OneShot:
    """What a.s.r. knows before anybody registers; services may run already."""
    return _by_administrator(around, "presets", "sandbox.presets", around.settings.policies or around.state.policies)


def _by_administrator(around: Surroundings, name: str, module: str, *arguments: Path) -> OneShot:
    return OneShot(
        name=name,
        argv=(sys.executable, "-m", module, *map(str, arguments)),
        log=around.state.log(name),
        env={ADMIN_VARIABLE: around.postgres.url()},
    )


def _worker(around: Surroundings, service: str, name: str) -> ProcessSpec:
    health_url = f"http://{LOOPBACK}:{around.port_by_name[name]}"
    return ProcessSpec(
        name=name,
        argv=(sys.executable, "-m", f"services.{service}"),
        ready=url_answers(f"{health_url}/ready"),
        log=around.state.log(name),
        env=_environment(around, service, name),
        service=service,
        health_url=health_url,
    )


def _environment(around: Surroundings, service: str, name: str) -> dict[str, str]:
    detours = around.settings.detours
    return {
        "KOPPELING_KAFKA_BOOTSTRAP": around.services_bootstrap,
        "KOPPELING_POSTGRES_URL": around.postgres.url(service, port=detours.get("postgres")),
        "KOPPELING_HEALTH_PORT": str(around.port_by_name[name]),
        "KOPPELING_SESSION_TIMEOUT_MS": str(around.settings.session_timeout_ms),
        "KOPPELING_SMTP_HOST": LOOPBACK,
        "KOPPELING_SMTP_PORT": str(detours.get("smtp", around.smtp_port)),
        "KOPPELING_KEYLANE_JWKS": str(around.jwks),
        **own_settings(around.state, service),
        **around.settings.environment.get(service, {}),
    }


def own_settings(state: StateDirectory, service: str) -> dict[str, str]:
    """The correction key, for the services that know correction codes: all of their workers need the same one."""
    knows_codes = service in KNOW_CORRECTION_CODES
    return {"KOPPELING_CORRECTION_KEY": password(state.secrets, "correction-key")} if knows_codes else {}
