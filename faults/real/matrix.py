"""Every fault that is made for real, in the order of a run, and how often a full run makes it."""

from collections.abc import Iterator

from faults.real import brokers, databases, full_disk, keylane, mails, network, packets, processes, releases
from faults.real.fault import Fault, Ground
from faults.real.wire import Reply
from sandbox.fast_mailbox import BODY, BREAK
from schemas.flow import SERVICE_NAMES
from services.notifier.settings import SENDER_CRASH_POINTS
from stream.step import Step

SERVERS = ("kafka", "postgres", "smtp")


def faults() -> tuple[Fault, ...]:
    """The whole matrix."""
    return (*_deaths(), *_sleeps(), *_servers(), *_network(), *_mail_server(), *_keylane(), *_releases(), *_root())


def _deaths() -> Iterator[Fault]:
    yield Fault("SIGKILL, any process", processes.killed, 200, quick=3, uncertain=True)
    for service in SERVICE_NAMES:
        for step in Step:
            quick = int(service == "provisioning" and step is Step.RECORD)
            uncertain = service == "notifier"
            inject = processes.dies_after(service, step)
            yield Fault(f"SIGKILL, {service} after {step}", inject, 3, quick, uncertain=uncertain)
    for point in SENDER_CRASH_POINTS:
        times = {"body_started": 25, "data": 25}.get(point, 5)
        inject = processes.dies_after("notifier", point)
        yield Fault(f"SIGKILL, sender after {point}", inject, times, quick=int(point == "data"), uncertain=True)


def _sleeps() -> Iterator[Fault]:
    for service in SERVICE_NAMES:
        quick = int(service == "intake")
        uncertain = service == "notifier"
        yield Fault(f"zombie, {service}", processes.asleep(service), 6, quick, uncertain=uncertain)
    yield Fault("SIGTERM, rolling restart", processes.restarted_in_turn, 2)
    for service in SERVICE_NAMES:
        yield Fault(f"{service} 1, 4, 1 workers", processes.scaled(service), 1)


def _servers() -> Iterator[Fault]:
    yield Fault("SIGKILL, broker", brokers.killed, 10, quick=1)
    yield Fault("SIGSTOP, broker", brokers.asleep, 5)
    yield Fault("SIGKILL, leader of three", brokers.leader_killed, 10, ground=Ground.THREE_NODES)
    yield Fault("SIGKILL, Postgres", databases.killed, 20, quick=1)
    yield Fault("Postgres ends sessions", databases.sessions_ended, 20)
    yield Fault("Postgres read-only", databases.read_only, 3)
    yield Fault("Postgres full", databases.full_of_connections, 3)
    yield Fault("Postgres tables locked", databases.locked, 4)


def _network() -> Iterator[Fault]:
    for server in SERVERS:
        uncertain = server == "smtp"
        yield Fault(f"{server} slow", network.slow(server), 2, uncertain=uncertain)
        yield Fault(f"{server} cut", network.cut(server), 5, uncertain=uncertain)
        yield Fault(f"{server} black hole", network.held(server), 3, uncertain=uncertain)
    yield Fault("smtp dripping", network.dripping("smtp"), 2, uncertain=True)
    yield Fault("lost reply: Produce", network.lost("kafka", Reply.PRODUCE), 10, quick=1)
    yield Fault("lost reply: OffsetCommit", network.lost("kafka", Reply.OFFSET_COMMIT), 10, quick=1)
    yield Fault("lost reply: settle", network.lost("postgres", Reply.SETTLE), 10, quick=1)
    yield Fault("lost reply: mail ledger", network.lost("postgres", Reply.LEDGER), 10, quick=1, uncertain=True)
    yield Fault("lost reply: 250", network.lost("smtp", Reply.ACCEPTED), 10, quick=1, uncertain=True)


def _mail_server() -> Iterator[Fault]:
    yield Fault("421 at MAIL", mails.refused(b"MAIL", b"421 closing"), 3)
    yield Fault("450 at RCPT", mails.refused(b"RCPT", b"450 later"), 3)
    yield Fault("451 after the body", mails.refused(BODY, b"451 later"), 3)
    yield Fault("550 at RCPT", mails.refused(b"RCPT", b"550 nobody"), 3, quick=1, failed=True)
    yield Fault("552 after the body", mails.refused(BODY, b"552 too large"), 3, failed=True)
    yield Fault("554 after the body", mails.refused(BODY, b"554 spam"), 3, failed=True)
    yield Fault("reset in DATA", mails.refused(BODY, BREAK), 3, uncertain=True)


def _keylane() -> Iterator[Fault]:
    yield Fault("Keylane early", keylane.early, 3)
    yield Fault("Keylane late", keylane.late, 3)
    yield Fault("Keylane three times", keylane.repeated, 3)
    yield Fault("Keylane three times, other ids", keylane.repeated_anew, 3)
    yield Fault("Keylane against itself", keylane.contradictory, 3)
    yield Fault("Keylane on an older cycle", keylane.stale, 3)
    yield Fault("Keylane never", keylane.never, 3, quick=1)


def _releases() -> Iterator[Fault]:
    yield Fault("old and new version side by side", releases.old_intake, 2)
    for service in SERVICE_NAMES:
        yield Fault(f"clock jumps, {service}", releases.jumping_clock(service), 1)


def _root() -> Iterator[Fault]:
    yield Fault("Kafka's disk full", full_disk.of_kafka, 3, ground=Ground.SMALL_DISKS)
    yield Fault("Postgres's disk full", full_disk.of_postgres, 3, ground=Ground.SMALL_DISKS)
    yield from _packets()


def _packets() -> Iterator[Fault]:
    network = Ground.OWN_NETWORK
    yield Fault("packets lost, one in five", packets.some_lost, 3, uncertain=True, ground=network)
    for server in SERVERS:
        uncertain = server == "smtp"
        for name, inject in (
            (f"packets lost, to {server}", packets.requests_lost(server)),
            (f"packets lost, from {server}", packets.replies_lost(server)),
            (f"{server} unreachable", packets.unreachable(server)),
            (f"{server} connections forgotten", packets.forgotten(server)),
        ):
            yield Fault(name, inject, 3, uncertain=uncertain, ground=network)
        long = packets.unreachable(server, packets.LONG_S)
        yield Fault(f"{server} unreachable for long", long, 1, uncertain=uncertain, ground=network)
    three = Ground.OWN_NETWORK_THREE_NODES
    yield Fault("leader of three unheard", packets.leader_unheard, 3, ground=three)
