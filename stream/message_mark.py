"""An error's message as a mark that identifies it and cannot be read: it may hold what somebody typed."""

import traceback
from hashlib import blake2b

from schemas.parked_cause import normalised


def message_mark(error: BaseException) -> str:
    """Eight characters: the same for messages that are equal once normalised.

    Taken from the error's arguments, since asking for its text may raise.
    """
    said = " ".join(normalised(part) for part in error.args if type(part) is str)
    return blake2b(said.encode("utf-8", "replace"), digest_size=4).hexdigest()


def trace_of(error: BaseException) -> str:
    """Where it was raised, and its message's mark: all that may be kept of an error that may quote a value."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return "".join((*frames, f"message {message_mark(error)}\n"))
