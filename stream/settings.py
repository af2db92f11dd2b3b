"""One service's settings, from the environment, read once; every fault is reported together."""

import sys
from argparse import ArgumentParser
from importlib.metadata import version
from typing import Annotated, TypeVar

from pydantic import Field, PostgresDsn, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from stream import crash
from stream.environment import PREFIX
from stream.horizon import DAYS_MAX
from stream.kafka_access import KafkaAccessSettings
from stream.limits import BATCH_RECORDS_MAX, Limits
from stream.postgres_url import PostgresUrl, without_password
from stream.step import Step

B = TypeVar("B", bound=BaseSettings)

Days = Annotated[float, Field(gt=0, le=DAYS_MAX)]

WRONG_SETTINGS_EXIT_CODE = 2

_USUAL = Limits()


class Settings(KafkaAccessSettings):
    """What a worker needs to know. Units are in the names."""

    postgres_url: PostgresUrl
    release: str = Field(default_factory=lambda: version("salariskoppeling"))
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65535, description="0: any free port")
    session_timeout_ms: int = Field(default=10_000, ge=300)
    fetch_min_bytes: int = Field(default=1, ge=1)
    fetch_max_wait_ms: int = Field(default=500, ge=1)
    batch_records_max: int = Field(default=_USUAL.batch_records_max, ge=1, le=BATCH_RECORDS_MAX)
    poll_s: float = Field(default=_USUAL.poll_s, gt=0)
    tick_s: float = Field(default=_USUAL.tick_s, gt=0)
    commit_s: float = Field(default=_USUAL.commit_s, ge=0)
    replay_horizon_days: Days = Field(
        default=_USUAL.horizon.days,
        description="older records that are not in the journal are parked; see docs/decisions",
    )
    watchdog_s: float = Field(default=60, gt=0)
    stop_s: float = Field(default=4, gt=0)
    crash_at: str | None = Field(default=None, pattern=crash.one_of(*Step), description="for a fault test")


def read_settings(settings: type[B]) -> B:
    """Read a process's settings. Ends it with 2 if they are wrong, and with 0 once `--check-config` has shown them.

    With 2, too, if anything else is on its command line: what was mistyped there would start a service.
    """
    only_shown = _only_shown()
    try:
        read = settings()
    except ValidationError as error:
        sys.stderr.write(faults_of(error) + "\n")
        sys.exit(WRONG_SETTINGS_EXIT_CODE)
    if only_shown:
        sys.stdout.write(redacted(read) + "\n")
        sys.exit(0)
    return read


def _only_shown() -> bool:
    parser = ArgumentParser(prog=_started_as(), description="All settings are environment variables.")
    shows = "print the settings that were read, without secrets, or all that is wrong with them, and end"
    parser.add_argument("--check-config", action="store_true", help=shows)
    return bool(parser.parse_args().check_config)


def _started_as() -> str | None:
    module = sys.modules["__main__"].__spec__
    return f"python -m {module.name.removesuffix('.__main__')}" if module else None


def faults_of(error: ValidationError) -> str:
    """Every fault on a line of its own: which variable, and what is wrong with it."""
    lines = [f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper()}: {_in_words(fault)}" for fault in error.errors()]
    return "\n".join(lines)


def _in_words(fault: ErrorDetails) -> str:
    """Pydantic's words, but where they tell of its own workings; it calls a secret's characters items."""
    if fault["type"] == "missing":
        return "is not set"
    if fault["type"] == "url_scheme":
        return "does not begin with postgresql://"
    if fault["type"] == "too_short":
        return f"has {fault['ctx']['actual_length']} characters, and needs {fault['ctx']['min_length']} or more"
    return fault["msg"].removeprefix("Value error, ")


def redacted(settings: BaseSettings) -> str:
    """The settings as they may be shown, without the password in a URL."""
    shown = []
    for name, value in settings:
        if isinstance(value, PostgresDsn):
            value = without_password(value)  # noqa: PLW2901
        shown.append(f"{PREFIX}{name.upper()}={value}")
    return "\n".join(shown)
