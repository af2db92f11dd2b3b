"""What can go wrong with the sandbox itself; each text tells its reader what to do next.

SandboxError
└── NotRunningError    nobody holds the state directory, or what is asked for is down
    └── NotOursError   another user's, and closed to us
"""


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the text says what, where and what to do."""


class NotRunningError(SandboxError):
    """No sandbox holds this state directory, it is starting or ending, or the process that is asked for is down."""


class NotOursError(NotRunningError):
    """The state directory is another user's, and closed to us: whether a sandbox runs there we cannot know."""
