"""The tree of errors, and what the worker does about each.

StreamError
├── Paused                 an operator wants nothing taken for now
├── InfrastructureError    the world: no record is to blame, nothing is parked
│   ├── TransportUnavailable
│   └── StoreUnavailable
├── ContentionError        somebody else was first: drop the batch and take the lanes over again
│   ├── Rival              a row that the look-up did not show
│   ├── Deadlocked
│   └── Fenced             the lane belongs to somebody else now
├── RecordError            one record is to blame
│   ├── Refused            the database does not take its data
│   ├── Defective          our own code failed at it
│   └── Unreadable         a stored document that it needs is not of this release's form
└── FatalError             going on would do harm
    ├── StateWentBack      Postgres or Kafka forgot what it had acknowledged
    ├── TopicsUnfit        topics missing, or of different numbers of partitions
    ├── AccessDenied       Kafka does not let us in, or not do what we have to
    ├── SettingRefused     a setting says what Kafka or Postgres does not take
    ├── PublishRefused     the broker does not take what is said
    └── BrakePulled        this release parks too much
"""

from dataclasses import dataclass

from stream.message_mark import trace_of


class StreamError(Exception):
    """Anything the runtime knows how to answer."""


class Paused(StreamError):
    """An operator has paused the service: nothing is taken until he lets it go on."""


class InfrastructureError(StreamError):
    """The world is not as it should be; it will be again."""


class TransportUnavailable(InfrastructureError):
    """Kafka did not answer, or not in time. What was sent may have been written."""


class StoreUnavailable(InfrastructureError):
    """Postgres did not answer, or not in time. What was committed may have been committed."""


class ContentionError(StreamError):
    """Somebody else was first."""


class Rival(ContentionError):
    """A row stands where the look-up showed none, or has moved on since."""


class Deadlocked(ContentionError):
    """Postgres ended this transaction so that another can go on."""


class Fenced(ContentionError):
    """The lane was taken over by another worker."""


class RecordError(StreamError):
    """One record is to blame, and its batch is not. Its text is why the record is parked; `trace` holds no value."""

    trace: str | None = None

    def suspects(self, subject: str) -> str | None:
        """Whose data the release may have failed at, for the brake; None when it is the data that are wrong."""
        del subject
        return None


class Refused(RecordError):
    """The database refuses the data of at least one record of the batch (SQLSTATE 22 or 23)."""


class Defective(RecordError):
    """Our own code raised because of at least one record of the batch."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"DEFECT_{type(error).__name__}")
        self.trace = trace_of(error)

    def suspects(self, subject: str) -> str | None:
        """The record's own key."""
        return subject


class Unreadable(RecordError):
    """A document that the record needs is not one that this release can read."""

    def __init__(self, document: str, kind: str) -> None:
        super().__init__("DOCUMENT_UNREADABLE")
        self._document = document
        self.trace = f"the document of kind {kind}"

    def suspects(self, subject: str) -> str | None:
        """The document: many records of many keys may need the same."""
        del subject
        return self._document


class FatalError(StreamError):
    """Going on would do harm: a human has to look."""


class StateWentBack(FatalError):
    """A position lies behind what was acknowledged: Postgres or Kafka came back older (docs/runbook.md)."""


class TopicsUnfit(FatalError):
    """Topics are missing, or their numbers of partitions differ from the number of lanes."""


class AccessDenied(FatalError):
    """Kafka refuses the login, or its access rules what we have to do: somebody has to change one of them."""


class SettingRefused(FatalError):
    """What one of our settings says is not taken, and never will be: the text names the setting."""


class PublishRefused(FatalError):
    """The broker refuses a batch for good, and from then on perhaps all of this producer's: it takes a new process."""


class BrakePulled(FatalError):
    """This release parks so much that it is the release and not the data."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Take nothing, be well, and look now and then whether to go on."""

    look_s: float


@dataclass(frozen=True, slots=True)
class BackOff:
    """Wait, then take the lanes over again."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class Retake:
    """Take the lanes over again, at once but for some jitter."""

    jitter_s_max: float


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process, loudly."""


Disposition = Hold | BackOff | Retake | Stop

BACK_OFF_S_MAX = 2.0
"""How long the world may be back before a worker sees it: a worker that knocks this often costs nobody anything."""
RETAKES_MAX = 20


def disposition(error: StreamError, attempt: int) -> Disposition:
    """What to do about an error at its `attempt`-th occurrence in a row, counted from 1."""
    match error:
        case Paused():
            return Hold(BACK_OFF_S_MAX)
        case InfrastructureError():
            return BackOff(_back_off_s(attempt))
        case ContentionError():
            return Retake(0.05 * attempt) if attempt <= RETAKES_MAX else BackOff(_back_off_s(attempt - RETAKES_MAX))
        # RecordError ends here too: the worker parks the culprit itself, so this one could not be parked.
        case _:
            return Stop()


def _back_off_s(attempt: int) -> float:
    return min(0.1 * float(2 ** min(attempt - 1, 10)), BACK_OFF_S_MAX)
