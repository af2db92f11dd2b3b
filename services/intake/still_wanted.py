"""Which connections of a corrected form are still wanted, although another registration has them by now."""

from collections.abc import Mapping
from typing import Any

from payroll.registration_form import typed_connections
from services.intake import claim_key
from services.intake.claim_key import Names
from services.intake.claims import already_registered, in_the_way
from services.intake.documents import Intake
from services.intake.named_form import NamedForm
from services.intake.submission import Submission, noted


def still_wanted(submission: Submission, named: NamedForm) -> NamedForm:
    """The form without the connections that somebody else has, as far as its owner knows that or had them once.

    It was told so when the form was rejected; or they were refused by Keylane, or given back by a correction, and
    registered since. If this correction changes such a connection, even by another number of the employer's, or if no
    other connection is left, the answer is that they are taken.
    """
    known = submission.known
    if known is None:
        return named
    rest = tuple(
        (one, names)
        for one, names in named.claimed
        if (set(known.claims).isdisjoint(names.keys) and not _was_told(known, one.connection))
        or not in_the_way(submission.case, named, names)
        or _is_said_of(submission, known, one.connection, names)
    )
    if not rest:
        return named
    return named._replace(form=named.form._replace(connections=tuple(one for one, _ in rest)), claimed=rest)


def _was_told(known: Intake, connection: int) -> bool:
    """Whether this connection was answered as registered already."""
    return noted(already_registered(connection)) in known.faults


def _is_said_of(submission: Submission, known: Intake, connection: int, names: Names) -> bool:
    """Whether the connection, or what it is claimed under, is another than it was before this correction."""
    before = known.form or {}
    claimed = claim_key.of_typed_form(before, submission.id)
    typed = _typed_connection(before, connection), _typed_connection(submission.form, connection)
    return names not in claimed or bool(typed[0] != typed[1])


def _typed_connection(form: Mapping[str, Any], connection: int) -> Any:
    typed = typed_connections(form)
    return typed[connection - 1] if len(typed) >= connection else None
