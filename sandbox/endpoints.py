"""Where everything of a running sandbox is found: `endpoints.json` in its state directory."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sandbox.errors import NotRunningError
from sandbox.state_directory import StateDirectory
from sandbox.whole_file import write_whole
from stream.kafka_access import KafkaAccess


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class KafkaEndpoint(_Frozen):
    """Comma-separated host:port pairs, as Kafka clients take them."""

    bootstrap_servers: str

    @property
    def access(self) -> KafkaAccess:
        """In clear and without a login: it listens on the loopback interface only."""
        return KafkaAccess(self.bootstrap_servers)


class PostgresEndpoint(_Frozen):
    """The administrator's URL, password included: the file is mode 0600."""

    url: str


class SmtpEndpoint(_Frozen):
    """Where the mailbox takes messages."""

    host: str
    port: int


class KeylaneEndpoint(_Frozen):
    """The file with Keylane's public keys."""

    jwks: Path


class Endpoints(_Frozen):
    """`processes`: pids by process name; `services` and `health`: the pids and URLs of the workers, by service name.

    A process that is down at the moment is in none of them.
    """

    kafka: KafkaEndpoint
    postgres: PostgresEndpoint
    smtp: SmtpEndpoint
    mailbox: Path
    keylane: KeylaneEndpoint
    services: dict[str, list[int]]
    health: dict[str, list[str]]
    processes: dict[str, int]
    supervisor: int

    def write(self, state: StateDirectory) -> None:
        """Replaces the file."""
        write_whole(state.endpoints, self.model_dump_json(indent=2))


def read_endpoints(state: StateDirectory) -> Endpoints:
    """The endpoints of the sandbox that runs here.

    Raises:
        NotRunningError: none runs, it is starting or ending, or the directory is another user's and closed to us.
    """
    state.refuse_another_users()
    try:
        text = state.endpoints.read_text("utf-8")
    except FileNotFoundError:
        text = None
    holder = state.holder()
    if holder is None:
        raise NotRunningError(f"no sandbox runs in {state.path}: `koppeling up` starts one")
    if text is None:
        raise NotRunningError(
            f"the sandbox in {state.path} is starting or ending (process {holder}): "
            f"`koppeling down --state {state.path}` ends it"
        )
    return Endpoints.model_validate_json(text)
