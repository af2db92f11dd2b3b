"""`koppeling acls`: the permissions in Kafka that everybody needs, for whoever manages the cluster's access rules."""

from collections.abc import Iterator
from itertools import groupby

import click

from ops.terminal.output import json_option, show
from ops.terminal.view import View
from schemas.access import Permission, permissions


class AclView(View):
    """One permission, in Kafka's terms."""

    principal: str
    operation: str
    resource: str
    name: str


@click.command()
@click.option(
    "--arguments", is_flag=True, help="For Kafka's own tool, kafka-acls: the arguments of a call on each line."
)
@json_option
def acls(*, as_json: bool, arguments: bool) -> None:
    """Show which Kafka permissions each service, party and operator needs, one on each line.

    They are derived from the flow, and nobody needs any other. A principal is named after its party in the flow; if
    your cluster uses other names, replace them.
    """
    if as_json and arguments:
        raise click.UsageError("--json and --arguments do not go together")
    lines = _calls() if arguments else map(_line, permissions())
    show([_view(one) for one in permissions()], lines, as_json=as_json)


def _view(one: Permission) -> AclView:
    return AclView(principal=_principal(one.principal), operation=one.operation, resource=one.resource, name=one.name)


def _principal(name: str) -> str:
    return f"User:{name}"


def _line(one: Permission) -> str:
    return f"{_principal(one.principal)} {one.operation} {one.resource} {one.name}"


def _calls() -> Iterator[str]:
    """One call for each principal and operation, and not for each permission, as the tool takes seconds to start."""
    ordered = sorted(permissions(), key=lambda one: (one.principal, one.operation))
    for (principal, operation), group in groupby(ordered, key=lambda one: (one.principal, one.operation)):
        resources = " ".join(f"--{one.resource} {one.name}" for one in group)
        yield f"--add --allow-principal {_principal(principal)} --operation {operation} {resources}"
