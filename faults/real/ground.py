"""A sandbox with proxies around it, on which faults are made one after the other, and the judgement at the end."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from random import Random

from benchmarks.batch_producer import batch_producer
from benchmarks.machine import machine
from benchmarks.publisher import Publisher
from benchmarks.registration import registrations
from benchmarks.result import Machine
from faults.real.customers import Customers
from faults.real.fault import Fault, Ground
from faults.real.full_disk import small_disks
from faults.real.in_thread import in_thread
from faults.real.judgement import found, rows, too_slow, unmet, until_settled, verdict_on
from faults.real.kafka_wire import KafkaExchange
from faults.real.load import Load
from faults.real.mail_server import MailServer, serving
from faults.real.packets import own_network
from faults.real.postgres_wire import PostgresExchange
from faults.real.processes import WORKERS
from faults.real.proxy import Proxy, proxying
from faults.real.scene import Scene
from faults.real.smtp_wire import SmtpExchange
from faults.real.trial import Trial, trial
from faults.real.wire import Exchange
from faults.result import Result
from ops.servers.destination import published_keys
from sandbox.kafka import node_names
from sandbox.ports import choose_ports
from sandbox.running import RunningSandbox, sandbox_running
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory
from sandbox.throwaway import throwaway_state
from schemas.flow import SERVICE_NAMES

SESSION_S = 2.0
SENDER = {"claim_s": 2, "smtp_timeout_s": 5, "mail_retry_s": 0.5, "reconnect_s": 0.2, "reconnect_s_max": 1}
"""Short patience, so that what is left behind is settled while somebody waits; long enough for a busy machine."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made how often, and with which choices."""

    faults: Sequence[tuple[Fault, int]]
    seed: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What the faults of a ground came to: a row for each, and in words what did not hold, and what took too long.

    `corrections` is how many were sent meanwhile.
    """

    machine: Machine
    results: tuple[Result, ...]
    problems: tuple[str, ...]
    slow: tuple[str, ...]
    corrections: int


def run(ground: Ground, plan: Plan, report: Report) -> Judged:
    """Make all faults of one ground on a sandbox of their own. Raises FaultError, SandboxError."""
    if ground.has_network:
        own_network()
    with throwaway_state() as state, ExitStack() as disks:
        state.prepare()
        if ground is Ground.SMALL_DISKS:
            disks.enter_context(small_disks(state))
        return asyncio.run(_made(state, ground.nodes, plan, report))


async def _made(state: StateDirectory, nodes: int, plan: Plan, report: Report) -> Judged:
    names = [*_exchanges(nodes), "mail-server"]
    ports = choose_ports(names, remembered_in=state.path / "detours.json")
    mails = MailServer(state.mailbox)
    async with _proxies(state, nodes, ports) as proxies, serving(mails, ports["mail-server"]):
        report(f"starting {nodes} node(s) of Kafka, Postgres, Keylane's simulator and {WORKERS} workers a service")
        async with (
            in_thread(sandbox_running(_settings(state, nodes, proxies))) as sandbox,
            _scene(sandbox, mails, proxies, plan.seed) as scene,
        ):
            return await _all(scene, plan, report)


def _settings(state: StateDirectory, nodes: int, proxies: dict[str, Proxy]) -> SandboxSettings:
    return SandboxSettings(
        state=state.path,
        scale=dict.fromkeys(SERVICE_NAMES, WORKERS),
        fast_mail=True,
        session_timeout_ms=int(SESSION_S * 1000),
        kafka_nodes=nodes,
        detours={name: proxy.port for name, proxy in proxies.items()},
        environment={"notifier": {f"KOPPELING_{name.upper()}": str(value) for name, value in SENDER.items()}},
    )


async def _all(scene: Scene, plan: Plan, report: Report) -> Judged:
    trials: list[Trial] = []
    async with scene.database() as database:
        measured_on = await machine(database)
    for fault, times in plan.faults:
        report(f"{fault.name}, {times} times")
        scene.chance = Random(f"{plan.seed}/{fault.name}")  # noqa: S311  choices of a test, by its seed
        trials.append(await trial(scene, fault, times))
        report(f"  {await until_settled(scene, trials[-1])}")
    corrections = len(scene.load.sent) - len(scene.load.issued)
    report(f"judging what came of {len(scene.load.issued)} registrations and {corrections} corrections")
    evidence, verdict = await verdict_on(scene, scene.load.sent)
    results = rows(trials, evidence, verdict)
    promises = [unmet(one.fault, row) for one, row in zip(trials, results, strict=True)]
    not_made = (problem for one in trials for problem in one.not_made)
    problems = (*not_made, *chain.from_iterable(promises), *found(verdict.findings))
    slow = tuple(chain.from_iterable(too_slow(row, SESSION_S) for row in results))
    return Judged(measured_on, tuple(results), problems, slow, corrections)


@asynccontextmanager
async def _scene(
    sandbox: RunningSandbox, mails: MailServer, proxies: dict[str, Proxy], seed: int
) -> AsyncIterator[Scene]:
    endpoints = sandbox.endpoints()
    keys = published_keys(endpoints.keylane.jwks)
    async with batch_producer(endpoints.kafka.bootstrap_servers) as producer:
        load = Load(Publisher(producer), registrations(keys, seed), mails, Customers(keys))
        yield Scene(sandbox, load, mails, proxies, SENDER, SESSION_S, Random(seed))  # noqa: S311  see above


def _exchanges(nodes: int) -> dict[str, Callable[[], Exchange]]:
    return {**dict.fromkeys(node_names(nodes), KafkaExchange), "postgres": PostgresExchange, "smtp": SmtpExchange}


@asynccontextmanager
async def _proxies(state: StateDirectory, nodes: int, ports: dict[str, int]) -> AsyncIterator[dict[str, Proxy]]:
    def port(name: str) -> int:
        if name == "smtp":
            return ports["mail-server"]
        chosen: dict[str, int] = json.loads(state.ports.read_text("utf-8"))
        return chosen["postgres" if name == "postgres" else f"{name}-detour"]

    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(proxying(Proxy(ports[name], partial(port, name), exchange)))
            for name, exchange in _exchanges(nodes).items()
        }
