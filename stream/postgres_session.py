"""How every connection to Postgres is set up, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from pydantic_core import PydanticSerializationError

from stream.errors import Deadlocked, Defective, Fenced, Refused, Rival, StateWentBack, StoreUnavailable, StreamError

CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 15
SESSION = {
    "timezone": "UTC",
    "plan_cache_mode": "force_custom_plan",
    "lock_timeout": "8s",
    "statement_timeout": "12s",
    "idle_in_transaction_session_timeout": "5s",
    "jit": "off",
}

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.UndefinedTableError,
    asyncpg.InvalidCatalogNameError,
    OSError,
    TimeoutError,
)


_GUARDS: dict[str, type[StreamError]] = {"KR001": Rival, "KR002": Fenced, "KR003": StateWentBack}
"""What the function `settle` raises (stream/migrations/0002.settle.sql)."""


@contextmanager
def translated() -> Iterator[None]:
    """Postgres's errors, and what is no JSON, in the runtime's words. No text gets through: it can hold values."""
    try:
        yield
    except StreamError:
        raise
    except PydanticSerializationError as error:
        raise Defective(error) from None
    except asyncpg.PostgresError as error:
        raise _meaning(error) from None
    except _GONE as error:
        raise StoreUnavailable(type(error).__name__) from None


def _meaning(error: asyncpg.PostgresError) -> BaseException:
    guard = _GUARDS.get(error.sqlstate or "")
    if guard is not None:
        return guard(str(error))
    match error:
        case asyncpg.TransactionRollbackError():
            return Deadlocked(type(error).__name__)
        case asyncpg.DataError() | asyncpg.IntegrityConstraintViolationError():
            return Refused(f"DATABASE_REFUSED_{error.sqlstate}")
        case _ if isinstance(error, _GONE):
            return StoreUnavailable(type(error).__name__)
    return error
