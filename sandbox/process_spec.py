"""What the supervisor has to know about a process to keep it running."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

Ready = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process to start, start again when it dies, and end.

    `env` comes on top of the supervisor's own. `user` is the account it runs as (None: ours).
    `death_signal` is what it gets when the supervisor itself is killed.
    `service` is the name it is listed under among the services, with its `health_url`.
    """

    name: str
    argv: tuple[str, ...]
    ready: Ready
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: Signals = SIGTERM
    death_signal: Signals = SIGKILL
    stop_s_max: float = 12.0
    ready_s_max: float = 60.0
    service: str | None = None
    health_url: str | None = None


@dataclass(frozen=True, slots=True)
class OneShot:
    """A command that runs once, in its place in the start order, and must end with exit code 0."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    deadline_s: float = 60.0
