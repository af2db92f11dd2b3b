"""What a sandbox was asked for."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_STATE = Path(".sandbox")


class SandboxSettings(BaseModel):
    """One sandbox.

    `scale`: how many workers a service gets, where not one. `environment`: variables by service
    name, on top of what the sandbox sets. Without `services`: Kafka, Postgres and mailbox alone.
    `policies`: a CSV of a.s.r.'s policies instead of the made-up population's.
    `owned`: it ends when the process that started it is gone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path = DEFAULT_STATE
    scale: dict[str, int] = Field(default_factory=dict)
    fast_mail: bool = False
    keylane_delay_s: float = Field(default=0.0, ge=0)
    session_timeout_ms: int = Field(default=2_000, ge=300)
    services: bool = True
    policies: Path | None = None
    environment: dict[str, dict[str, str]] = Field(default_factory=dict)
    owned: bool = False
