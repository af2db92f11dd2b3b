"""What the simulator is told by its environment."""

from pathlib import Path

from pydantic import Field, ValidationError

from stream.kafka_access import PREFIX, KafkaAccessSettings


class Settings(KafkaAccessSettings):
    """`keylane_dir` holds keys.json (private), jwks.json (published), record.sqlite and, if wanted, script.json."""

    keylane_dir: Path = Field(validation_alias="KEYLANE_DIR")
    keylane_delay_s: float = Field(default=0.0, ge=0, allow_inf_nan=False, validation_alias="KEYLANE_DELAY_S")

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
    return "\n".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in faults)


def _variable(name: str) -> str:
    return name if name.isupper() else f"{PREFIX}{name.upper()}"
