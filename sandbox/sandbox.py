"""Everything on one machine: what starts after what, and where it is found."""

import asyncio
import logging
import os
import sys
from collections import defaultdict

from aiokafka.errors import KafkaError

from sandbox.endpoints import (
    Endpoints,
    KafkaEndpoint,
    KeylaneEndpoint,
    PostgresEndpoint,
    SmtpEndpoint,
)
from sandbox.errors import SandboxError
from sandbox.kafka import Detour, KafkaCluster, KafkaNode, node_names, port_names, read_warmth
from sandbox.kafka_jars import kafka_store
from sandbox.ports import LOOPBACK, choose_ports
from sandbox.postgres import Postgres
from sandbox.postgres_home import find_home
from sandbox.process_spec import ProcessSpec
from sandbox.readiness import port_answers
from sandbox.services import (
    ROLES,
    Surroundings,
    migration,
    presets,
    service_specs,
    simulator_spec,
    view_spec,
    worker_names,
)
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory, writing
from sandbox.supervisor import Supervisor
from schemas.flow import MONITOR
from services.create_topics import wanted
from stream.kafka_topics import create_topics

INFRASTRUCTURE_PORTS = ("postgres", "smtp")

TOPICS_S_MAX = 60.0
log = logging.getLogger("sandbox")


class Sandbox:
    """The processes of one sandbox, whose state directory this process holds."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._state = StateDirectory(settings.state.resolve())
        workers = [name for _, name in worker_names(settings)]
        names = [*port_names(settings.kafka_nodes), *INFRASTRUCTURE_PORTS, *workers, MONITOR.name]
        ports = choose_ports(names, remembered_in=self._state.ports)
        self._kafka = _cluster(settings, self._state, ports)
        self._postgres = Postgres(
            find_home(self._state), ports["postgres"], self._state.secrets, self._state.log("postgres")
        )
        servers = self._kafka.bootstrap_servers, self._kafka.detour
        self._around = Surroundings(settings, self._state, *servers, self._postgres, ports)
        self._supervisor = Supervisor(
            held=self._state.held, changed=self._tell_endpoints, asking=not settings.thrown_away
        )
        self._ready = False

    async def start(self) -> None:
        """Starts everything, in order; raises SandboxError for what does not come up, or cannot be written."""
        self._supervisor.new_rank()
        async with asyncio.TaskGroup() as starting:
            starting.create_task(self._start_kafka())
            starting.create_task(self._start_postgres())
            starting.create_task(self._supervisor.start(self._mailbox()))
        if self._settings.services:
            await self._start_services()
        with writing(self._state.path):
            self._endpoints().write(self._state)
        self._ready = True

    async def stop(self) -> None:
        """Ends everything, in reverse order, and takes back the endpoints."""
        self._ready = False
        self._state.endpoints.unlink(missing_ok=True)
        await self._supervisor.stop()

    async def _start_kafka(self) -> None:
        for step in self._kafka.format_steps():
            await self._supervisor.run(step)
        await self._supervisor.start_all(self._kafka.specs())
        try:
            async with asyncio.timeout(TOPICS_S_MAX):
                await create_topics(self._kafka.access, wanted(), copies=self._kafka.copies)
        except TimeoutError:
            raise SandboxError(f"the topics did not come within {TOPICS_S_MAX:g} s; see the log of kafka") from None
        except KafkaError as error:
            raise SandboxError(f"Kafka refused a topic: {error}") from error

    async def _start_postgres(self) -> None:
        if self._postgres.is_new:
            await self._supervisor.run(self._postgres.initialise_step())
            self._postgres.keep_initialised()
        self._postgres.forget_dead_server()
        await self._supervisor.start(self._postgres.spec())
        await self._postgres.ensure_database(ROLES)
        if self._settings.services:
            await self._supervisor.run(migration(self._around))

    async def _start_services(self) -> None:
        self._supervisor.new_rank()
        async with asyncio.TaskGroup() as starting:
            starting.create_task(self._load_presets())
            starting.create_task(
                self._supervisor.start_all([simulator_spec(self._around), *service_specs(self._around)])
            )
        await self._supervisor.start(view_spec(self._around))

    async def _load_presets(self) -> None:
        """At the first start only; with a file of policies that was given, at every start."""
        if self._settings.policies or not self._state.presets_loaded.exists():
            await self._supervisor.run(presets(self._around))
            self._state.presets_loaded.touch()

    def _mailbox(self) -> ProcessSpec:
        return ProcessSpec(
            name="mailbox",
            argv=(sys.executable, "-m", "sandbox.mailbox"),
            ready=port_answers(self._around.smtp_port),
            log=self._state.log("mailbox"),
            env={
                "SMTP_HOST": LOOPBACK,
                "SMTP_PORT": str(self._around.smtp_port),
                "MAILBOX_DIR": str(self._state.mailbox),
                "MAILBOX_FAST": "1" if self._settings.fast_mail else "0",
            },
        )

    def _tell_endpoints(self) -> None:
        if not self._ready:
            return
        try:
            self._endpoints().write(self._state)
        except OSError as error:
            # A full disk must not end the supervision; the next change writes this one too.
            log.warning("%s could not be written (%s)", self._state.endpoints.name, error.strerror)

    def _endpoints(self) -> Endpoints:
        services: defaultdict[str, list[int]] = defaultdict(list)
        health: defaultdict[str, list[str]] = defaultdict(list)
        processes: dict[str, int] = {}
        for child in self._supervisor.children:
            if child.pid is None:
                continue
            processes[child.spec.name] = child.pid
            if child.spec.service and child.spec.health_url:
                services[child.spec.service].append(child.pid)
                health[child.spec.service].append(child.spec.health_url)
        return Endpoints(
            kafka=KafkaEndpoint(bootstrap_servers=self._kafka.bootstrap_servers),
            postgres=PostgresEndpoint(url=self._postgres.url()),
            smtp=SmtpEndpoint(host=LOOPBACK, port=self._around.smtp_port),
            mailbox=self._state.mailbox,
            keylane=KeylaneEndpoint(jwks=self._around.jwks),
            services=services,
            health=health,
            processes=processes,
            supervisor=os.getpid(),
        )


def _cluster(settings: SandboxSettings, state: StateDirectory, ports: dict[str, int]) -> KafkaCluster:
    jars = kafka_store()
    nodes = tuple(
        KafkaNode(
            number,
            ports[name],
            ports[f"{name}-controller"],
            state.kafka / str(number),
            state.log(name),
            Detour(ports[f"{name}-detour"], settings.detours[name]) if name in settings.detours else None,
        )
        for number, name in enumerate(node_names(settings.kafka_nodes), 1)
    )
    return KafkaCluster(nodes, state.kafka, jars.classpath(), read_warmth(jars.warmth))
