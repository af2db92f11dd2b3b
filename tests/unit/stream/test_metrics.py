"""What `/metrics` says of a worker: of all steps and results, under no other names, and the same as its log lines."""

import asyncio
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from io import BytesIO
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from scraped import Page, number, scraped, total, values_of
from toy import NOW, TOPICS, fold, garbage, report
from world import At, Running, World

from stream.answer import Result
from stream.decode import decode
from stream.errors import StoreUnavailable
from stream.health import HealthServer, Pulse
from stream.memory.disturbance import Moment
from stream.metrics import AGES_S, Metrics, Source
from stream.metrics_page import MetricsPage
from stream.step import Step
from stream.telemetry import Telemetry

MARK = "planted"
ENDED = ("emitted", "ignored", "parked")
FROM_THE_SYSTEM = "process_"


def page_of(running: Running) -> MetricsPage:
    return MetricsPage(running.worker.metrics, running.transport.seen_lag, running.keeper.pulse)


def seen(running: Running) -> Page:
    return scraped(page_of(running).text())


def of_metrics(metrics: Metrics) -> Page:
    return scraped(MetricsPage(metrics, dict, Pulse()).text())


def test_every_step_every_result_and_every_topic_stand_there_before_anything_has_happened() -> None:
    page = scraped(MetricsPage(Metrics(), lambda: dict.fromkeys(TOPICS, 0), Pulse()).text())
    assert values_of(page, "step") == set(Step)
    assert values_of(page, "result") == set(Result)
    assert values_of(page, "source") == set(Source)
    assert values_of(page, "topic") == set(TOPICS)
    assert {value for (name, _), value in page.items() if not name.startswith(FROM_THE_SYSTEM)} == {0.0}


async def test_nothing_of_a_record_gets_there_and_every_label_is_of_a_closed_list() -> None:
    world = World.told([garbage(value=MARK.encode()), garbage(lane=1, value=f'{{"name": "{MARK}"}}'.encode())])
    world.say([report(f"{MARK}-{n}", f"{MARK}-{n}", said=said) for n, said in enumerate(("accepted", "failed"))])
    running = await world.worker()
    await running.run()

    text = page_of(running).text()

    assert MARK.encode() not in text
    page = scraped(text)
    assert {name for _, labels in page for name, _ in labels} == {"source", "result", "step", "topic", "le"}
    assert values_of(page, "result") | values_of(page, "source") == {*Result, *Source}
    assert values_of(page, "step") | values_of(page, "topic") == {*Step, *TOPICS}
    assert {float(value) for value in values_of(page, "le")} == {*AGES_S, float("inf")}
    assert total(page, "koppeling_records_total") == len(world.answers) == 4


class Scrapes:
    """Asks over HTTP while the worker is at it, and keeps what the log had said by then."""

    def __init__(self, running: Running, out: BytesIO) -> None:
        self._out = out
        self.server = HealthServer(("127.0.0.1", 0), Pulse(), page_of(running).text, patience_s=60)
        self.kept: list[tuple[Page, list[dict[str, object]]]] = []

    async def take(self) -> None:
        text = await asyncio.to_thread(got, self.server, "/metrics")
        self.kept.append((scraped(text), [json.loads(line) for line in self._out.getvalue().splitlines()]))


def got(server: HealthServer, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as answer:
        return bytes(answer.read())


async def test_scrapes_while_records_are_handled_agree_with_the_log_lines() -> None:
    world, out = World(), BytesIO()
    said = ("accepted", "configured", "failed", "customer_action_needed")
    world.say([report(f"{n % 40}", f"{n}", cycle=n + 1, said=said[n % 4]) for n in range(200)])
    world.say([report("0", "0", cycle=1), garbage()])
    running = await world.worker(batch=20)
    running.worker.listener = Telemetry("toy", out).settled
    scrapes = Scrapes(running, out)
    running.trouble.planned |= {At("store", "settle", Moment.BEFORE, nth): scrapes.take for nth in (3, 9)}
    # So that what is parked for later is due, and taken from the queue.
    running.trouble.planned[At("store", "settle", Moment.BEFORE, 5)] = lambda: world.clock.advance(1)
    scrapes.server.start()
    try:
        await running.run()
        await scrapes.take()
    finally:
        scrapes.server.stop()

    assert len(scrapes.kept) == 3
    assert 0 < len(scrapes.kept[0][1]) < len(scrapes.kept[1][1]) < len(scrapes.kept[2][1])
    for page, lines in scrapes.kept:
        results = Counter(line["result"] for line in lines)
        assert {r: total(page, "koppeling_records_total", result=r) for r in Result} == {r: results[r] for r in Result}
        aged = [line for line in lines if line["result"] in ENDED and "age_ms" in line]
        assert number(page, "koppeling_record_age_seconds_count") == len(aged)
    last = scrapes.kept[-1][0]
    assert number(last, "koppeling_messages_published_total") == len(world.ids()) + len(world.ids("dead-lettered"))
    assert total(last, "koppeling_records_total", source="topic") == running.worker.records_taken


async def test_the_seconds_of_a_step_are_counted_to_it_and_idle_waits_to_none() -> None:
    world = World()
    running = await world.worker({At("transport", "publish", Moment.BEFORE): lambda: world.clock.advance(3)})
    while running.worker.records_taken == 0:
        await running.worker.run_once()
        if world.clock.monotonic() > 10:
            world.say([report("a", "1")])
    page = seen(running)
    assert number(page, "koppeling_step_seconds_sum", step="publish") == 3
    assert total(page, "koppeling_step_seconds_sum") == 3
    assert {number(page, "koppeling_step_seconds_count", step=step) for step in [*Step][:-1]} == {1}


async def test_what_waits_in_a_topic_is_its_lag() -> None:
    world = World()
    running = await world.worker(batch=2)
    await running.worker.run_once()
    world.say([report("a", f"{n}", cycle=n + 1) for n in range(5)])
    assert number(seen(running), "koppeling_lag_records", topic=TOPICS[0]) == 5
    await running.worker.run_once()
    page = seen(running)
    assert [number(page, "koppeling_lag_records", topic=topic) for topic in TOPICS] == [3, 0]


def age_counts(metrics: Metrics) -> list[float]:
    page = of_metrics(metrics)
    return [number(page, "koppeling_record_age_seconds_bucket", le=f"{le}") for le in (*AGES_S, "+Inf")]


@pytest.mark.parametrize(
    ("seconds", "below"), [(-5.0, 0), (0.01, 0), (0.011, 1), (3600.0, len(AGES_S) - 1), (3601.0, len(AGES_S))]
)
def test_an_age_counts_up_to_its_part_of_the_histogram(seconds: float, below: int) -> None:
    metrics = Metrics()
    metrics.settled(fold([decode(report("a", "1"))]).answers, NOW + timedelta(seconds=seconds))
    assert age_counts(metrics) == [0] * below + [1] * (len(AGES_S) + 1 - below)
    assert number(of_metrics(metrics), "koppeling_record_age_seconds_sum") == max(seconds, 0)


def test_what_was_answered_before_or_waits_still_has_no_age() -> None:
    metrics = Metrics()
    (answer,) = fold([decode(report("a", "1"))]).answers
    others = set(Result) - set(ENDED)
    metrics.settled([answer._replace(result=result) for result in others], NOW)
    assert age_counts(metrics)[-1] == 0
    assert total(of_metrics(metrics), "koppeling_records_total") == len(others)


async def test_the_page_says_whether_a_worker_is_ready() -> None:
    running = await World().worker()
    told: list[float] = []

    def tell() -> None:
        told.append(number(seen(running), "koppeling_ready"))

    def away() -> None:
        tell()
        raise StoreUnavailable("away")

    def tell_the_last() -> None:
        tell()
        running.keeper.stop()

    at = {nth: At("store", "due", Moment.BEFORE, nth) for nth in range(1, 5)}
    running.trouble.planned |= {at[1]: tell, at[2]: away, at[3]: away, at[4]: tell_the_last}
    running.trouble.end = lambda: None
    await running.run()
    tell()
    assert told == [0, 1, 0, 0, 1]


async def test_a_paused_worker_is_ready_and_the_page_says_that_it_is_paused() -> None:
    world = World()
    world.database.tables.pause()
    running = await world.worker()
    task = asyncio.ensure_future(running.run())
    for _ in range(500):
        await asyncio.sleep(0)
    assert (number(seen(running), "koppeling_ready"), number(seen(running), "koppeling_paused")) == (1, 1)

    world.database.tables.paused = False
    await task
    assert (number(seen(running), "koppeling_ready"), number(seen(running), "koppeling_paused")) == (1, 0)


@pytest.fixture
def server() -> HealthServer:
    return HealthServer(("127.0.0.1", 0), replace(Pulse(), beat=float("inf")), lambda: b"a 1\n", patience_s=60)


def status_of(ask: Callable[[], bytes]) -> int:
    try:
        ask()
    except HTTPError as error:
        error.close()
        return error.code
    return HTTPStatus.OK


def test_the_port_that_tells_liveness_and_readiness_tells_the_metrics_too(server: HealthServer) -> None:
    server.start()
    try:
        assert got(server, "/metrics") == b"a 1\n"
        asked = {path: status_of(partial(got, server, path)) for path in ("/live", "/ready", "/other")}
    finally:
        server.stop()
    assert asked == {"/live": 200, "/ready": 503, "/other": 404}


def test_who_asks_and_does_not_wait_for_the_answer_leaves_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    threads: list[threading.Thread] = []
    asked, gone = threading.Event(), threading.Event()

    def page() -> bytes:
        threads.append(threading.current_thread())
        asked.set()
        gone.wait(5)
        return b"a 1\n" * 1_000_000

    server = HealthServer(("127.0.0.1", 0), Pulse(), page, patience_s=60)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as scraper:
            scraper.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
            assert asked.wait(5)
            scraper.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.set()
        threads[0].join(5)
    finally:
        server.stop()
    assert capsys.readouterr().err == ""


def test_who_connects_and_says_nothing_holds_no_thread_for_ever() -> None:
    server = HealthServer(("127.0.0.1", 0), Pulse(), lambda: b"", patience_s=60, asked_s_max=0.05)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as silent:
            assert silent.recv(1) == b""
    finally:
        server.stop()
