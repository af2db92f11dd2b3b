"""Why commands have no connection with Postgres, in a sentence."""

import socket
import ssl

import asyncpg
import pytest

from ops.servers.administrator import of_service, why_not_connected, why_undone

MARKED = "hunter2-marked"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(MARKED), "does not answer (OSError): is it up?"),
        (TimeoutError(MARKED), "does not answer (TimeoutError): is it up?"),
        (asyncpg.CannotConnectNowError(MARKED), "does not answer (CannotConnectNowError): is it up?"),
        (asyncpg.ConnectionDoesNotExistError(MARKED), "does not answer (ConnectionDoesNotExistError): is it up?"),
        (asyncpg.InvalidPasswordError(MARKED), "answers, and refuses us (InvalidPasswordError)"),
        (asyncpg.InvalidCatalogNameError(MARKED), "answers, and refuses us (InvalidCatalogNameError)"),
        (asyncpg.TooManyConnectionsError(MARKED), "answers, and has no room for us (TooManyConnectionsError)"),
        (asyncpg.DiskFullError(MARKED), 'answers, and has no room for us (DiskFullError): see "A disk is full"'),
        (ssl.SSLCertVerificationError(MARKED), "is not trusted (SSLCertVerificationError): is its certificate"),
        (asyncpg.TargetServerAttributeNotMatched(MARKED), "is not what target_session_attrs asks for"),
        (socket.gaierror(MARKED), "cannot be asked (gaierror): no such host"),
    ],
)
def test_who_answered_is_not_said_to_be_silent(error: Exception, said: str) -> None:
    why = why_not_connected(error)
    assert why.startswith(said)
    assert MARKED not in why


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (asyncpg.DeadlockDetectedError(MARKED), "at the same rows (DeadlockDetectedError): nothing of this step"),
        (asyncpg.SerializationError(MARKED), "at the same rows (SerializationError): nothing of this step"),
        (
            asyncpg.QueryCanceledError(MARKED),
            "took too long for one step, which was not done. Is a table locked?",
        ),
        (asyncpg.AdminShutdownError(MARKED), "stopped answering (AdminShutdownError)"),
        (asyncpg.InterfaceError(MARKED), "stopped answering (InterfaceError)"),
        (asyncpg.DataError(MARKED), "DataError: a number too large"),
        (asyncpg.UndefinedTableError(MARKED), "services.migrate"),
        (asyncpg.ReadOnlySQLTransactionError(MARKED), "takes no writes"),
    ],
)
def test_why_a_statement_was_not_done_is_said_in_a_sentence(error: Exception, said: str) -> None:
    why = str(why_undone(error))
    assert said in why
    assert MARKED not in why


def test_of_what_nobody_expects_nothing_is_said() -> None:
    assert why_undone(asyncpg.UniqueViolationError(MARKED)) is None


@pytest.mark.parametrize("name", ["intake.journal; drop schema", "monitor", "pg_catalog"])
def test_none_but_a_service_s_name_gets_into_a_statement_as_its_schema(name: str) -> None:
    assert of_service("select from {schema}.lane", "intake") == "select from intake.lane"
    with pytest.raises(ValueError, match=name):
        of_service("select from {schema}.lane", name)
