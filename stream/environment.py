"""Names of environment variables that more than one process reads."""

ADMIN_VARIABLE = "KOPPELING_ADMIN_URL"
"""Postgres with the role that owns database and tables; migration and commands read it, no service does."""
