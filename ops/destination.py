"""Where forms go, and whom their secrets are sealed for."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import click
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ops.administrator import VARIABLE
from sandbox.endpoints import read_endpoints
from sandbox.errors import NotRunningError
from sandbox.settings import DEFAULT_STATE
from sandbox.state_directory import StateDirectory

KAFKA_VARIABLE, KEYS_VARIABLE = "KOPPELING_KAFKA_BOOTSTRAP", "KOPPELING_KEYLANE_JWKS"


@dataclass(frozen=True, slots=True)
class Destination:
    """Kafka's bootstrap servers, and Keylane's published keys."""

    bootstrap_servers: str
    keys: KeySet


def destination(state: Path | None) -> Destination:
    """The sandbox in `state`, else what both variables name, else the usual sandbox.

    Raises:
        ClickException: nothing runs there, or Keylane's keys cannot be read.
    """
    if state is None and (bootstrap := os.environ.get(KAFKA_VARIABLE)) and (jwks := os.environ.get(KEYS_VARIABLE)):
        return Destination(bootstrap, published_keys(Path(jwks)))
    try:
        endpoints = read_endpoints(StateDirectory((state or DEFAULT_STATE).resolve()))
    except NotRunningError as nothing:
        raise click.ClickException(f"{nothing}; or set {KAFKA_VARIABLE} and {KEYS_VARIABLE}") from None
    return Destination(endpoints.kafka.bootstrap_servers, published_keys(Path(endpoints.keylane.jwks)))


def bootstrap_servers(state: Path | None) -> str:
    """Kafka of the same system as `administrator.admin_url`: both variables name it, or a sandbox is it.

    Raises:
        UsageError: only one of the variables is set.
        ClickException: no sandbox runs there.
    """
    named = [name for name in (VARIABLE, KAFKA_VARIABLE) if os.environ.get(name)] if state is None else []
    if len(named) == 1:
        raise click.UsageError(
            f"only {named[0]} is set: another system than the sandbox is named by both {VARIABLE} and {KAFKA_VARIABLE}"
        )
    if named:
        return os.environ[KAFKA_VARIABLE]
    try:
        return read_endpoints(StateDirectory((state or DEFAULT_STATE).resolve())).kafka.bootstrap_servers
    except NotRunningError as nothing:
        raise click.ClickException(f"{nothing}; or set {VARIABLE} and {KAFKA_VARIABLE}") from None


def published_keys(path: Path) -> KeySet:
    """Keylane's key set in this file; raises ClickException when there is none."""
    try:
        return KeySet.import_key_set(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, JoseError, LookupError, TypeError) as error:
        raise click.ClickException(f"{path}: no keys of Keylane to seal for ({type(error).__name__})") from None
