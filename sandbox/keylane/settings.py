"""What the simulator is told by its environment."""

from pathlib import Path

from pydantic import Field

from stream.kafka_access import KafkaAccessSettings


class Settings(KafkaAccessSettings):
    """`keylane_dir` holds keys.json (private), jwks.json (published), record.sqlite and, if wanted, script.json."""

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
