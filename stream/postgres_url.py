"""What a URL of Postgres says, and whether a typed text can be one: before part of a password is taken for a host."""

import ssl
from typing import Annotated
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, PostgresDsn

from stream.environment import ADMIN_VARIABLE

NO_URL = (
    f"{ADMIN_VARIABLE} is no URL of Postgres (postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
    "with what is no letter or digit in the password as %XX)"
)

_SHOWN = frozenset({"sslmode", "sslrootcert", "target_session_attrs"})


def is_cut_short(url: str) -> bool:
    """Whether its password has a "/", "?", "#" or "@": a part of it would be taken for a host, and be sent the rest."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    behind = (parts.netloc.partition("@")[2], parts.path, parts.query.partition("=")[0], parts.fragment)
    return any("@" in part for part in behind)


def _holds_authorities(url: PostgresDsn) -> PostgresDsn:
    """Checked here, as a worker would try again for ever. `system`, which libpq knows, is just a file to asyncpg."""
    file = dict(url.query_params()).get("sslrootcert")
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:
        raise ValueError(
            f"sslrootcert names no certificates in PEM that can be read ({type(error).__name__})"
        ) from None
    return url


PostgresUrl = Annotated[PostgresDsn, AfterValidator(_holds_authorities)]
"""The URL in a service's settings; its encryption is set by libpq's `sslmode` and `sslrootcert`."""


def each_host(url: str) -> list[str]:
    """The URL once for each of its hosts.

    Postgres's client asks all of them within one time limit, and a host that is silent takes all of it.
    """
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    return [urlunsplit(parts._replace(netloc=f"{login}{at}{host}")) for host in hosts.split(",")]


def without_password(url: PostgresDsn) -> str:
    """The URL as it may be shown. The query may hold a password too, so only what is known to hold none is shown."""
    parts = urlsplit(str(url))
    told = [(name, value) for name, value in url.query_params() if name in _SHOWN]
    query = told and f"?{urlencode(told, safe='/')}"
    return f"postgresql://{parts.username}:***@{parts.netloc.rpartition('@')[2]}{parts.path}{query or ''}"
