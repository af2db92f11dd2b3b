"""What the simulator is told by its environment."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`keylane_dir` holds keys.json (private), jwks.json (published), record.sqlite and, if wanted, script.json."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    koppeling_kafka_bootstrap: str = Field(min_length=1)
    keylane_dir: Path
    keylane_delay_s: float = Field(default=0.0, ge=0, allow_inf_nan=False)

    @property
    def script(self) -> Path:
        """Behaviours that differ from the usual one."""
        return self.keylane_dir / "script.json"

    @property
    def record(self) -> Path:
        """What was received and what is or will be reported."""
        return self.keylane_dir / "record.sqlite"


def faults_of(error: ValidationError) -> str:
    """Every fault on a line of its own: which variable, and what is wrong with it."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "\n".join(f"{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in faults)
