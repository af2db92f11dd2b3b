"""The live view's settings, from the environment."""

from pydantic import Field, Json
from pydantic_settings import BaseSettings

from services.monitor.stage import RULES, Stage
from stream.environment import CONFIG
from stream.kafka_access import KafkaAccessSettings
from stream.postgres_url import PostgresUrl


class SilenceSettings(BaseSettings):
    """How long stages may be silent, where that is not the usual time: for the alerts, and for `koppeling stuck`."""

    model_config = CONFIG

    silence_s: Json[dict[Stage, int]] = Field(default="{}", validate_default=True, description="seconds by stage")

    def silences_s(self) -> dict[Stage, int]:
        """For each stage that ends, how long it may last."""
        usual = {stage: rule.silence_s for stage, rule in RULES.items() if rule.silence_s is not None}
        return usual | self.silence_s


class MonitorSettings(KafkaAccessSettings, SilenceSettings):
    """How Kafka is reached, where the page is shown, and the Postgres to compare it with, if there is one."""

    postgres_url: PostgresUrl | None = Field(default=None, description="to read what the timeline heard, no more")
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=6066, ge=1, le=65535, description="of the page, its JSON, /live and /ready")
    look_s: float = Field(default=2.0, gt=0, description="how often it is looked how many records wait")
    alert_s: float = Field(default=10.0, gt=0, description="how often somebody stuck is looked for")
    compare_s: float = Field(default=2.0, gt=0, description="how often some registrations are compared with Postgres")
    differs_s: float = Field(default=30.0, ge=0, description="how long a difference has to last before it is shown")

    def silences_s(self) -> dict[Stage, int]:
        """The same, without the stages that no event ends: registrations there would count as stuck for ever.

        A link request is one: only intake knows that a processor has taken it up.
        """
        return {stage: silence_s for stage, silence_s in super().silences_s().items() if not stage.ended}
