"""What can go wrong on the sandbox's own ground, told so that the reader knows what to do next.

SandboxError
├── JarsUnusable     a jar of Kafka is missing, cut off or altered
├── AlreadyRunning   another sandbox holds this state directory
├── NotRunning       nobody holds it
└── StartFailed      a process or a one-shot step did not come up
"""


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the text says what, where and what to do."""


class JarsUnusable(SandboxError):
    """A jar of Kafka is missing, cut off or altered: nothing of it is put on the classpath."""


class AlreadyRunning(SandboxError):
    """Another sandbox holds this state directory."""


class NotRunning(SandboxError):
    """No sandbox holds this state directory, or it has not told its endpoints yet."""


class StartFailed(SandboxError):
    """A process or a one-shot step did not come up; the text ends with the tail of its log."""
