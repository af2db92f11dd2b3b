"""Why commands have no connection with Postgres, in a sentence."""

import socket

import asyncpg
import pytest

from ops.servers.administrator import why_not_connected

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
        (socket.gaierror(MARKED), "cannot be asked (gaierror): no such host"),
    ],
)
def test_who_answered_is_not_said_to_be_silent(error: Exception, said: str) -> None:
    why = why_not_connected(error)
    assert why.startswith(said)
    assert MARKED not in why
