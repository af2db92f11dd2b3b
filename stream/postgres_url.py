"""Whether what was typed can be a URL of Postgres: looked at before a part of its password is taken for a host."""

from urllib.parse import urlsplit

from stream.environment import ADMIN_VARIABLE

NO_URL = (
    f"{ADMIN_VARIABLE} is no URL of Postgres (postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
    "with what is no letter or digit in the password as %XX)"
)


def is_cut_short(url: str) -> bool:
    """Whether a "/", "?", "#" or "@" stands in its password: a part would be asked as a host, and be told the rest."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    behind = (parts.netloc.partition("@")[2], parts.path, parts.query.partition("=")[0], parts.fragment)
    return any("@" in part for part in behind)
