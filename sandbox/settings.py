"""What a sandbox was asked for."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_STATE = Path(".sandbox")


class SandboxSettings(BaseModel):
    """One sandbox.

    `scale`: how many workers a service gets; one if it is not named. `environment`: variables by service name (or
    `keylane`), on top of what the sandbox sets. Without `services`: Kafka, Postgres and mailbox alone. `without`: which
    services are not started, as if an operator had stopped them.
    `kafka_nodes`: with three of them every record is on three, and acknowledged by two at least.
    `detours`: for `kafka` (`kafka-2`, ...), `postgres` and `smtp`, the port on the loopback interface at which the
    services reach it instead of at its own. Whoever listens there has to pass on to the port in `ports.json`, for
    Kafka the one named `...-detour`.
    `policies`: a CSV of a.s.r.'s policies instead of the made-up population's.
    `owned`: it ends when the process that started it is gone. `thrown_away`: its data are not kept, so its processes
    are ended without time to put them in order.
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
