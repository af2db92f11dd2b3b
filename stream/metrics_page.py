"""`/metrics`: a worker's numbers in Prometheus' text format. All names and their meanings are here.

The page is put together on request, from the worker's existing counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from stream.health import Pulse
from stream.metrics import AGES_S, Metrics
from stream.step import Step

Lag = Callable[[], Mapping[str, int]]
"""How many records wait, by consumed topic, as far as it is known."""


class MetricsPage(Collector):
    """One worker's, with what is counted beside it and what the system knows of its process."""

    def __init__(self, metrics: Metrics, lag: Lag, pulse: Pulse, beside: Sequence[Collector] = ()) -> None:
        self._metrics = metrics
        self._lag = lag
        self._pulse = pulse
        self._registry = CollectorRegistry()
        for collector in (self, *beside):
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """The page as it is now; asked by another thread than the worker's."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Everything that the worker counts."""
        metrics = self._metrics
        yield self._records()
        yield self._steps()
        yield self._ages()
        about = "Messages that the broker has acknowledged, those published once more included"
        yield CounterMetricFamily("koppeling_messages_published", about, metrics.published)
        yield self._lags()
        about = "1 while this worker has taken over its lanes and hears from Kafka and Postgres, as /ready says"
        yield GaugeMetricFamily("koppeling_ready", about, float(self._pulse.ready))
        about = "1 while an operator has paused the service; it stays ready then"
        yield GaugeMetricFamily("koppeling_paused", about, float(self._pulse.paused))

    def _records(self) -> Metric:
        about = "Records answered, by where they came from and what came of them, as in the log's lines"
        family = CounterMetricFamily("koppeling_records", about, labels=("source", "result"))
        for names, count in self._metrics.records.items():
            family.add_metric(names, count)
        return family

    def _steps(self) -> Metric:
        about = "How often a batch has passed a step, and the seconds that took; waits that brought nothing left out"
        family = SummaryMetricFamily("koppeling_step_seconds", about, labels=("step",))
        for step in Step:
            family.add_metric((step,), self._metrics.steps[step], self._metrics.steps_s[step])
        return family

    def _ages(self) -> Metric:
        about = "From an event's time until it was emitted, ignored or parked by this service"
        counts = accumulate(list(self._metrics.ages))
        parts = list(zip([*map(str, AGES_S), "+Inf"], counts, strict=True))
        return HistogramMetricFamily("koppeling_record_age_seconds", about, parts, self._metrics.ages_s)

    def _lags(self) -> Metric:
        about = "Records of the lanes held that were not taken yet, as the last fetches told"
        family = GaugeMetricFamily("koppeling_lag_records", about, labels=("topic",))
        for topic, records in self._lag().items():
            family.add_metric((topic,), records)
        return family
