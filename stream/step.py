"""The worker's steps, in order: crash points, metrics and the fault matrix use this list."""

from enum import StrEnum


class Step(StrEnum):
    """The steps of a batch. Each step's method says what happens after a crash there."""

    RECEIVE = "receive"
    DECODE = "decode"
    LOOK_UP = "look_up"
    LOAD = "load"
    DECIDE = "decide"
    RECORD = "record"
    PUBLISH = "publish"
    COMMIT = "commit"
