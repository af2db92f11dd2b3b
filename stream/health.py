"""Liveness, readiness and metrics by HTTP, and the watchdog: on threads of their own, so that they see a stuck loop."""

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from stream.clock import Clock

STUCK_EXIT_CODE = 70
PAUSED = "paused"
"""What readiness says of a service that an operator has paused."""
ASKED_S_MAX = 5.0
"""How long a client may send nothing, or accept nothing: each occupies a thread."""
SAID_S_MAX = 1.0
"""How long the watchdog waits for its last line to be written."""

_log = logging.getLogger(__name__)


@dataclass
class Pulse:
    """What the loop says about itself; read by other threads, each field written by one."""

    beat: float = 0.0
    ready: bool = False
    why: str = "starting"

    def live(self, patience_s: float) -> bool:
        """Whether the event loop has run lately."""
        return time.monotonic() - self.beat < patience_s

    @property
    def paused(self) -> bool:
        """Whether an operator has paused the service: it is ready, and takes nothing."""
        return self.why == PAUSED

    async def keep(self, clock: Clock, every_s: float) -> None:
        """Beat until cancelled, for as long as the keeper does not yet."""
        while True:
            self.beat = clock.monotonic()
            await clock.sleep(every_s)


class HealthServer:
    """`/live` (the loop turns) and `/ready` (in the group, its lanes taken over, Kafka and Postgres there), with why.

    Each is 200 or 503. End a process that is not live; ending one that is not ready helps nothing.

    `/metrics` is whatever `metrics` returns, called by a thread of its own.

    A spare worker has no lane to take over, and is ready: a rolling restart waits for that before it ends the worker
    whose lanes the spare one will get.
    """

    def __init__(
        self,
        address: tuple[str, int],
        pulse: Pulse,
        metrics: Callable[[], bytes],
        *,
        patience_s: float,
        asked_s_max: float = ASKED_S_MAX,
    ) -> None:
        answers: dict[str, Callable[[], bool]] = {
            "/live": lambda: pulse.live(patience_s),
            "/ready": lambda: pulse.ready and pulse.live(patience_s),
        }

        class Handler(BaseHTTPRequestHandler):
            timeout = asked_s_max

            def handle(self) -> None:
                # A client may leave before it gets its answer.
                with suppress(ConnectionError):
                    super().handle()

            def do_GET(self) -> None:
                if self.path == "/metrics":
                    self._say(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, metrics())
                elif (answer := answers.get(self.path)) is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                else:
                    well = answer()
                    said = json.dumps({"well": well, "why": pulse.why}).encode()
                    self._say(HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, "application/json", said)

            def _say(self, status: HTTPStatus, content_type: str, said: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Do not log requests about health."""

        self._server = ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Answer from now on."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="health", daemon=True).start()

    def stop(self) -> None:
        """Let go of the port."""
        self._server.shutdown()
        self._server.server_close()


def watch_loop(pulse: Pulse, patience_s: float) -> None:
    """End the process if its event loop has not run for this long: the supervisor starts a new one."""
    pulse.beat = time.monotonic()

    def watch() -> None:
        while True:
            time.sleep(patience_s / 4)
            if not pulse.live(patience_s):
                _say_if_anybody_listens("the event loop has not turned for %s s", patience_s)
                os._exit(STUCK_EXIT_CODE)

    threading.Thread(target=watch, name="watchdog", daemon=True).start()


def _say_if_anybody_listens(line: str, *about: object) -> None:
    """On a thread, for SAID_S_MAX: a loop that is stuck because nobody reads its log holds the log's lock."""
    saying = threading.Thread(target=_log.error, args=(line, *about), daemon=True)
    saying.start()
    saying.join(SAID_S_MAX)
