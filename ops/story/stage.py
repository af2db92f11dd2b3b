"""Where a registration or one of its connections stands: the live view's stages, and which of several counts.

A link request ends when it is taken up, a processor's registration with a.s.r.'s answer, and a correction or
withdrawal when it is passed on to the registration that it is about.
"""

from services.monitor.stage import FIRST_TOLD, Stage

__all__ = ["Stage", "of_connections"]


def of_connections(stages: frozenset[Stage]) -> Stage:
    """The stage of a registration whose connections stand at these: first what asks for something, last what ended.

    One refused among realised ones leaves the registration realised: its own line says the rest.
    """
    return next(stage for stage in FIRST_TOLD if stage in stages)
