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
    """Any error for which the runtime has a disposition."""


class Paused(StreamError):
    """An operator has paused the service: nothing is taken until it is resumed."""


class InfrastructureError(StreamError):
    """Something outside fails for a while."""


class TransportUnavailable(InfrastructureError):
    """Kafka did not answer, or not in time. Records that were sent may have been written all the same."""


class StoreUnavailable(InfrastructureError):
    """Postgres did not answer, or not in time. A transaction may have been committed all the same."""


class ContentionError(StreamError):
    """Somebody else was first."""


class Rival(ContentionError):
    """A row stands where the look-up showed none, or has moved on since."""


class Deadlocked(ContentionError):
    """Postgres ended this transaction so that another can go on."""


class Fenced(ContentionError):
    """The lane was taken over by another worker."""


class RecordError(StreamError):
    """One record is to blame, not its batch. The text is the reason for which it is parked; `trace` holds no values."""

    trace: str | None = None

    def suspects(self, subject: str) -> str | None:
        """For the brake: the key of the data on which this release may have failed; None if the data are at fault."""
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
    """This release cannot read a document that the record needs."""

    def __init__(self, document: str, kind: str) -> None:
        super().__init__("DOCUMENT_UNREADABLE")
        self._document = document
        self.trace = f"the document of kind {kind}"

    def suspects(self, subject: str) -> str | None:
        """The document, because records of many keys may need the same one."""
        del subject
        return self._document


class FatalError(StreamError):
    """Going on would do harm: a human has to look."""


class StateWentBack(FatalError):
    """A position lies behind what was acknowledged: Postgres or Kafka came back older (docs/runbook.md)."""


class TopicsUnfit(FatalError):
    """Topics are missing, or their numbers of partitions differ from the number of lanes."""


class AccessDenied(FatalError):
    """Kafka refuses our login, or its access rules forbid something that we have to do."""


class SettingRefused(FatalError):
    """Kafka or Postgres does not accept the value of a setting, and never will; the text names the setting."""


class PublishRefused(FatalError):
    """The broker refuses a batch for good, and perhaps all later ones of this producer: only a new process helps."""


class BrakePulled(FatalError):
    """This release parks so much that it is the release and not the data."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Take nothing, stay ready, and look every `look_s` seconds whether to go on."""

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
"""How long a worker may need to see that an outage is over. Trying this often costs next to nothing."""
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
        # Also for a RecordError: the worker parks the record to blame itself, so this is one that it could not park.
        case _:
            return Stop()


def _back_off_s(attempt: int) -> float:
    return min(0.1 * float(2 ** min(attempt - 1, 10)), BACK_OFF_S_MAX)
