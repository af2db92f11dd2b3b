"""Text that an operator typed, as it can be kept and compared."""

import click


def text_of(typed: str) -> str:
    """The same.

    Raises:
        BadParameter: it holds bytes that are no UTF-8, which neither Postgres nor Kafka takes as text.
    """
    try:
        typed.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it holds bytes that are no UTF-8") from None
    return typed
