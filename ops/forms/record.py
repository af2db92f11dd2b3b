"""A form checked as the record that it stands in: what that would be parked for, nobody is answered.

The codec itself decides, on the headers with a body that is good. Not known here is whether an id was used before, nor
what is too old by the time it arrives.
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
    """As `checked`, with what is wrong with its headers, if it stands under any; a warning where it stands alone."""
    if isinstance(written, Illegible):
        return checked(written, keys)
    # Alone it has no submission id, and without one no source says for which registration its secrets are sealed.
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
    """Each faulty header and its code. One that is no text can be no header."""
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
        # Put right, it hides the next one no longer.
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
