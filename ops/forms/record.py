"""A form checked together with the record around it: a record with a fault is parked, and its sender gets no answer.

The codec itself checks the headers, with a valid body below them. What cannot be checked here is whether the id was
used before, and whether the record will be too old when it arrives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from joserfc.jwk import KeySet
from pydantic import JsonValue

from ops.forms.checked import Checked, checked, problem
from ops.forms.file import Illegible, WrittenForm
from schemas.codec import FOREIGN_BYTES_MAX, CodecError, CodecFault, decode
from schemas.envelope import Envelope, EnvelopeError, from_headers, to_headers
from schemas.events import FormReceived

_SOUND = dict(
    to_headers(
        Envelope("id", "urn:source", FormReceived.name, FormReceived.version, "", datetime(2026, 1, 1, tzinfo=UTC))
    )
)
_BODY = b'{"submission_id":"s","form":{}}'
_ABOUT = {CodecFault.WRONG_TOPIC: "ce_type", CodecFault.UNKNOWN_VERSION: "ce_dataschema"}


def checked_in_record(written: WrittenForm | Illegible, keys: KeySet) -> Checked:
    """As `checked`, and the faults in its headers, if it has any; a form that stands alone gets a warning."""
    if isinstance(written, Illegible):
        return checked(written, keys)
    # A form alone has no submission id, so its source does not tell for which registration its secrets are sealed.
    found = checked(replace(written, source=None) if written.alone else written, keys)
    headers = () if written.headers is None else _header_faults(written.headers)
    faults = tuple(problem(written.place, header, code) for header, code in headers)
    if written.value_bytes > FOREIGN_BYTES_MAX:
        faults = (problem(written.place, "form", "TOO_LARGE"),)
    if isinstance(found, tuple):
        return tuple(dict.fromkeys(faults + found))
    alone = (problem(written.place, "submission_id", "FORM_ALONE"),) if written.alone else ()
    return faults or replace(found, warnings=found.warnings + alone)


def _header_faults(headers: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """Each faulty header and its code. A value that is not text cannot be a header's."""
    said = {name: text.encode(errors="replace") if isinstance(text, str) else None for name, text in headers.items()}
    named: set[str] = set()
    while found := _first(said):
        header, code = found
        if header in named:
            return
        yield found
        if code in _ABOUT:
            return
        named.add(header)
        # The codec names one fault at a time: with this header replaced by a sound one, it names the next.
        said.pop(header, None)
        if header in _SOUND:
            said[header] = _SOUND[header]


def _first(said: Mapping[str, bytes | None]) -> tuple[str, str] | None:
    try:
        from_headers(tuple(said.items()))
        decode(FormReceived.name, tuple(said.items()), _BODY)
    except EnvelopeError as error:
        return error.header or "headers", error.fault
    except CodecError as error:
        return _ABOUT[CodecFault(error.fault)], error.fault
    return None
