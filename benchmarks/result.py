"""What a run of the benchmark found. Units are in the names; `--json` writes it as it is."""

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Machine(_Frozen):
    """What it ran on. `load` is the load average of the minute before."""

    cores: int
    processor: str
    system: str
    python: str
    kafka: str
    postgres: str
    load: float


class Drain(_Frozen):
    """Registrations that were all published at once. `cpu_s` is by process, `events` by service.

    `mails` are receipts and confirmations; the times are those of the confirmations.
    """

    registrations: int
    mails: int
    published_to_last_s: float
    first_to_last_s: float
    cpu_s: dict[str, float]
    events: dict[str, int]

    @property
    def rate_per_s(self) -> float:
        """Registrations a second, from the first confirmation to the last."""
        return self.registrations / self.first_to_last_s

    def cpu_s_per_1000(self, process: str) -> float:
        """CPU seconds that the process used for 1,000 registrations."""
        return self.cpu_s[process] / self.registrations * 1000

    def cpu_ms_per_mail(self, service: str) -> float:
        """CPU milliseconds that the service used for one mail."""
        return self.cpu_s[service] / self.mails * 1000

    def cpu_ms_per_event(self, service: str) -> float:
        """CPU milliseconds that the service used for one event, all that comes of it included."""
        return self.cpu_s[service] / self.events[service] * 1000


class OpenLoop(_Frozen):
    """Registrations at a steady rate, whatever became of the ones before."""

    registrations: int
    rate_per_s: float
    p50_ms: float
    p99_ms: float
    latest_ms: float
    cpu_s: dict[str, float]

    def cpu_s_per_1000(self, process: str) -> float:
        """CPU seconds that the process used for 1,000 registrations."""
        return self.cpu_s[process] / self.registrations * 1000


class RawHop(_Frozen):
    """A loop that only consumes, validates and produces, over the records of the drain: the median of `passes`."""

    records: int
    passes: int
    cpu_ms_per_event: float


class Verdict(_Frozen):
    """What came of all registrations. `problems` is empty when it is as it should be."""

    outcome: str
    problems: tuple[str, ...]


class Result(_Frozen):
    """One run. `start_up_s` and `resident_mb` are by service."""

    machine: Machine
    start_up_s: dict[str, float]
    drain: Drain
    raw_hop: RawHop
    open_loop: OpenLoop
    resident_mb: dict[str, float]
    verdict: Verdict
