"""Pauses and resumes one service, by an operator's command and inside its transaction."""

from stream.postgres_session import Connection


async def pause(connection: Connection, schema: str, reason: str) -> bool:
    """Let no worker of this schema's service record anything from the commit on; False if it is paused already.

    Raising the epochs fences the present workers, and nobody takes a lane over while the row stands. Outcomes that
    were recorded before are still published.
    """
    if not await connection.fetch(_PAUSE.format(schema=schema), reason):
        return False
    # As a whole: workers settle lanes in an order of their own.
    await connection.execute(f"lock table {schema}.lane in share row exclusive mode")
    await connection.execute(f"update {schema}.lane set epoch = epoch + 1")  # noqa: S608  a service's name
    return True


async def resume(connection: Connection, schema: str) -> bool:
    """Let the service go on; False when it is not paused."""
    return bool(await connection.fetch(f"delete from {schema}.pause returning one"))  # noqa: S608  a service's name


# The schema is a service's name, never a value.
_PAUSE = "insert into {schema}.pause (reason) values ($1) on conflict do nothing returning one"
