"""The fates of mails, counted for `/metrics` since the process began."""

from collections.abc import Iterator
from enum import StrEnum

from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.notifier.ledger import Move, Status


class Fate(StrEnum):
    """How a try to send a mail ends."""

    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    RETRIED = "retried"


_FATE_BY_STATUS = {Status.SENT: Fate.SENT, Status.FAILED: Fate.FAILED, Status.UNCERTAIN: Fate.UNCERTAIN}


class Fates(Collector):
    """Counts what the ledger has noted. Only the event loop writes to it."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(Fate, 0)

    def noted(self, move: Move) -> None:
        """Count a move that the ledger has noted."""
        fate = _FATE_BY_STATUS.get(move.to, Fate.RETRIED if move.delay_s else None)
        if fate is not None:
            self._counts[fate] += 1

    def left_behind(self, uncertain: int) -> None:
        """Count this many mails as uncertain, because their sender is gone."""
        self._counts[Fate.UNCERTAIN] += uncertain

    def collect(self) -> Iterator[Metric]:
        """One number for each fate."""
        about = "Tries to send a mail, by how they ended; retried: for what the server said, or because there was none"
        family = CounterMetricFamily("koppeling_mails", about, labels=("fate",))
        for fate, count in self._counts.items():
            family.add_metric((fate,), count)
        yield family
