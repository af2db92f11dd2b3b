"""The worker's steps, in their order: crash points, metrics and the fault matrix go by this list."""

from enum import StrEnum


class Step(StrEnum):
    """What a batch goes through. A crash after a step is answered by what the step's method says."""

    RECEIVE = "receive"
    DECODE = "decode"
    LOOK_UP = "look_up"
    LOAD = "load"
    DECIDE = "decide"
    RECORD = "record"
    PUBLISH = "publish"
    COMMIT = "commit"
