"""Faust's part: which topics are read, what happens every so often, and what is answered."""

import time
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

import faust

from schemas import codec, flow
from services.monitor.alerts import Alerts
from services.monitor.faust_app import faust_app
from services.monitor.page import State, page
from services.monitor.picture import Picture, picture
from services.monitor.positions import Positions
from services.monitor.progress import Progress
from services.monitor.reconciliation import Reconciliation
from services.monitor.registrations import Registrations
from services.monitor.settings import MonitorSettings
from services.monitor.timelines import Timelines
from services.monitor.unhurried import UnhurriedConsumer, UnhurriedTransport, records_of
from stream.fast_fetch import use_fast_fetch

SETTLE_S = 1.0
"""How often changed standings are written to the changelog; the page shows them at once."""
COMMIT_S = 5.0
"""How often offsets are committed. After a kill, records are read again from there, which changes nothing."""
RECORDS_AT_ONCE_MAX = 2_000
MESSAGES_WAITING_MAX = 8
"""How many messages may wait to be joined in; each holds all the records that came from its partition at once."""
PICTURE_SHARE = 20
"""A picture is shown for twenty times as long as drawing it took, so drawing takes a twentieth of the time at most."""
PICTURE_S_MIN = 0.5
ALERTS_AT_ONCE_MAX = 500
TOPICS = frozenset(event.name for event in flow.MONITOR.consumes)


class Monitor:
    """The app with its table and its pages."""

    def __init__(self, settings: MonitorSettings) -> None:
        self.app = _app(settings)
        self._silences_s = settings.silences_s()
        self._positions = Positions()
        self._progress = Progress(self.app, self._positions)
        self._registrations = Registrations(self.app, self._positions, self._progress.brought_back)
        self._reconciliation = self._compared_with(settings)
        self._lasting_ms = int(settings.differs_s * 1000)
        self._alerts = Alerts(self._silences_s)
        self._drawn: Picture | None = None
        self._fresh_until_s = 0.0
        topic = self.app.topic(*sorted(TOPICS), key_serializer="raw", value_serializer="raw", acks=False)
        self.app.agent(topic, name="follow")(self._follow)
        self.app.timer(SETTLE_S)(self._registrations.settle)
        self.app.timer(COMMIT_S)(self._commit)
        self.app.timer(settings.look_s)(self._look)
        self.app.timer(settings.alert_s)(self._tell)
        self.app.on_partitions_revoked.connect(self._lost, weak=False)
        self._serve()

    def _compared_with(self, settings: MonitorSettings) -> Reconciliation | None:
        if settings.postgres_url is None:
            return None
        reconciliation = Reconciliation(Timelines(str(settings.postgres_url)), lambda: self._registrations.standings)

        async def compare() -> None:
            if self._progress.ready:
                await reconciliation.step(_now_ms())

        self.app.timer(settings.compare_s)(compare)
        return reconciliation

    async def _lost(self, *_: Any, **__: Any) -> None:
        self._progress.lost()

    async def _follow(self, stream: faust.StreamT[Any]) -> None:
        async for event in cast("faust.Stream[Any]", stream).events():
            await self._registrations.take(event.message.tp, records_of(event.message))

    async def _commit(self) -> None:
        if moved := self._positions.moved():
            await cast("UnhurriedConsumer", self.app.consumer).commit_at(moved)

    async def _look(self) -> None:
        await self._progress.look(TOPICS)

    async def _tell(self) -> None:
        """Publish who is stuck, but only while the view is current: then it knows the alerts that it gave before."""
        if not self._progress.current:
            return
        due = self._alerts.due(self._registrations.standings, datetime.now(UTC))
        for envelope, event in islice(due, ALERTS_AT_ONCE_MAX):
            headers, value = codec.encode(envelope, event)
            key = envelope.subject.encode()
            await self.app.producer.send_and_wait(event.name, key, value, None, None, list(headers))
            self._alerts.told(envelope)

    def _picture(self) -> Picture:
        now_s = time.monotonic()
        if self._drawn is None or now_s >= self._fresh_until_s:
            self._drawn = picture(list(self._registrations.standings.items()), self._silences_s, _now_ms())
            took_s = time.monotonic() - now_s
            self._fresh_until_s = now_s + max(PICTURE_S_MIN, PICTURE_SHARE * took_s)
        return self._drawn

    def _state(self) -> State:
        going_on = self._reconciliation
        compared = None if going_on is None else going_on.seen(self._lasting_ms, _now_ms())
        return State(self._progress.ready, self._progress.waiting, self._registrations.unreadable, compared)

    def _serve(self) -> None:
        async def shown(view: Any, request: Any) -> Any:
            refresh = "still" not in request.query
            return view.html(page(self._picture(), self._state(), refresh=refresh), headers=_HEADERS)

        async def as_json(view: Any, request: Any) -> Any:
            del request
            return view.json(as_plain(self._picture(), self._state()), headers=_HEADERS)

        async def live(view: Any, request: Any) -> Any:
            del request
            well = self._progress.well
            return view.json({"well": well}, status=200 if well else 503)

        async def ready(view: Any, request: Any) -> Any:
            del request
            well = self._progress.ready
            return view.json({"well": well, "waiting": self._progress.waiting}, status=200 if well else 503)

        for path, handler in (("/", shown), ("/picture.json", as_json), ("/live", live), ("/ready", ready)):
            self.app.page(path)(handler)


def _now_ms() -> int:
    return int(time.time() * 1000)


_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}


def as_plain(drawn: Picture, state: State) -> dict[str, Any]:
    """The picture as JSON: names as in the values themselves, ages in seconds, moments in milliseconds since 1970."""
    return {
        **state._asdict(),
        "postgres": state.postgres
        and {**state.postgres._asdict(), "rows": [one._asdict() for one in state.postgres.rows]},
        **drawn._asdict(),
        "columns": [column._asdict() for column in drawn.columns],
        "alerts": [one._asdict() for one in drawn.alerts],
        "minutes": [minute._asdict() for minute in drawn.minutes],
    }


def _app(settings: MonitorSettings) -> faust.App:
    use_fast_fetch()
    app = faust_app(
        flow.MONITOR.name,
        settings.kafka_access,
        topic_partitions=flow.LANES,
        # Faust derives from this one how often it looks at all partitions.
        broker_commit_interval=COMMIT_S,
        broker_max_poll_records=RECORDS_AT_ONCE_MAX,
        stream_buffer_maxsize=MESSAGES_WAITING_MAX,
        web_bind=settings.health_host,
        web_port=settings.health_port,
        web_stats_enabled=False,
        web_graph_enabled=False,
        web_router_enabled=False,
        web_tables_enabled=False,
        web_metrics_enabled=False,
    )
    app.transport = UnhurriedTransport(app.conf.broker_consumer, app)
    return app
