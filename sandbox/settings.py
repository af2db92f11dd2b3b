"""What a sandbox was asked for."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_STATE = Path(".sandbox")


class SandboxSettings(BaseModel):
    """One sandbox.

    `scale`: how many workers a service gets, where not one. `environment`: variables by service
    name, on top of what the sandbox sets. Without `services`: Kafka, Postgres and mailbox alone. `without`: which
    services are not started, as an operator stops them.
    `kafka_nodes`: with three of them every record is on three, and acknowledged by two at least.
    `detours`: ports on the loopback interface by which the services reach `kafka` (`kafka-2`, ...), `postgres` and
    `smtp` instead of by their own; whoever listens there passes on to the port in `ports.json`, Kafka's `...-detour`.
    `policies`: a CSV of a.s.r.'s policies instead of the made-up population's.
    `owned`: it ends when the process that started it is gone. `thrown_away`: its data are not kept, so at its end
    nobody is asked to put them in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    state: Path = DEFAULT_STATE
    scale: dict[str, int] = Field(default_factory=dict)
    fast_mail: bool = False
    keylane_delay_s: float = Field(default=0.0, ge=0)
    session_timeout_ms: int = Field(default=2_000, ge=300)
    services: bool = True
    without: tuple[str, ...] = ()
    kafka_nodes: int = Field(default=1, ge=1, le=5)
    detours: dict[str, int] = Field(default_factory=dict)
    policies: Path | None = None
    environment: dict[str, dict[str, str]] = Field(default_factory=dict)
    owned: bool = False
    thrown_away: bool = False
