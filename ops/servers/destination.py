"""Where forms are sent, and the keys that their secrets are sealed with."""

import json
import os
from pathlib import Path

import click
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from ops.terminal.state_option import sandbox_or, state_option_or
from sandbox.endpoints import read_endpoints
from stream.environment import ADMIN_VARIABLE
from stream.kafka_access import KafkaAccess, KafkaAccessSettings
from stream.settings import faults_of

KAFKA_VARIABLE, KEYS_VARIABLE = "KOPPELING_KAFKA_BOOTSTRAP", "KOPPELING_KEYLANE_JWKS"

system_option = state_option_or(ADMIN_VARIABLE, KAFKA_VARIABLE)
"""`--state`, for what needs Kafka and Postgres of one system."""


def destination(state: Path | None) -> tuple[KafkaAccess, KeySet]:
    """Kafka and Keylane's keys: of the sandbox in `state`, else as both variables say, else of the default sandbox.

    Raises:
        UsageError: only one of the variables is set, or it has no address of Kafka.
        ClickException: no sandbox runs there, or Keylane's keys cannot be read.
    """
    if are_named(state, KAFKA_VARIABLE, KEYS_VARIABLE):
        return named_access(), published_keys(Path(os.environ[KEYS_VARIABLE]))
    with sandbox_or(state, KAFKA_VARIABLE, KEYS_VARIABLE) as sandbox:
        endpoints = read_endpoints(sandbox)
    return endpoints.kafka.access, published_keys(endpoints.keylane.jwks)


def kafka_access(state: Path | None) -> KafkaAccess:
    """Access to Kafka of the same system as `administrator.admin_url`: a sandbox, or the one that both variables name.

    Raises:
        UsageError: only one of the variables is set, or it has no address of Kafka.
        ClickException: no sandbox runs there.
    """
    if are_named(state, ADMIN_VARIABLE, KAFKA_VARIABLE):
        return named_access()
    with sandbox_or(state, ADMIN_VARIABLE, KAFKA_VARIABLE) as sandbox:
        return read_endpoints(sandbox).kafka.access


def are_named(state: Path | None, one: str, other: str) -> bool:
    """Whether these variables name a system that is to be used; a sandbox named by its folder takes precedence."""
    named = [name for name in (one, other) if os.environ.get(name)] if state is None else []
    if len(named) == 1:
        raise click.UsageError(
            f"only {named[0]} is set: another system than the sandbox is named by both {one} and {other}"
        )
    return bool(named)


def named_access() -> KafkaAccess:
    """Access to Kafka by the environment variables that services have too; raises UsageError with every fault."""
    try:
        return KafkaAccessSettings().kafka_access
    except ValidationError as error:
        raise click.UsageError(faults_of(error)) from None


def published_keys(path: Path) -> KeySet:
    """Keylane's key set in this file; raises ClickException when there is none."""
    try:
        return KeySet.import_key_set(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, JoseError, LookupError, TypeError) as error:
        raise click.ClickException(f"{path}: has no keys of Keylane's to seal with ({type(error).__name__})") from None
