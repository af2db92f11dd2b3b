"""Environment variables of processes: their common prefix, and how settings read them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_settings import SettingsConfigDict

PREFIX = "KOPPELING_"
ADMIN_VARIABLE = "KOPPELING_ADMIN_URL"
"""Postgres with the role that owns database and tables; migration and commands read it, no service does."""

CONFIG: "SettingsConfigDict" = {
    "env_prefix": PREFIX,
    "frozen": True,
    "extra": "ignore",
    "hide_input_in_errors": True,
    "allow_inf_nan": False,
}
"""Of every class of settings: no value gets into an error."""
