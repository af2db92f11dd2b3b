"""What can go wrong on the sandbox's own ground, told so that the reader knows what to do next.

SandboxError
├── PackagesMissingError  only the services and the commands are installed here
├── JarsUnusableError     a jar of Kafka is missing, cut off or altered
├── StateUnwritableError  the state directory cannot be written
├── AlreadyRunningError   another sandbox holds this state directory
├── NotRunningError       nobody holds it
│   └── NotOursError      another user's, and closed to us
└── StartFailedError      a process or a one-shot step did not come up
"""


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the text says what, where and what to do."""


class PackagesMissingError(SandboxError):
    """What the sandbox alone is made of is not installed here, as on the servers of a company."""


class JarsUnusableError(SandboxError):
    """A jar of Kafka is missing, cut off or altered: nothing of it is put on the classpath."""


class StateUnwritableError(SandboxError):
    """The state directory cannot be written: for want of room, of rights, or of the folder it is to be in."""


class AlreadyRunningError(SandboxError):
    """Another sandbox holds this state directory."""


class NotRunningError(SandboxError):
    """No sandbox holds this state directory, or it has not told its endpoints yet."""


class NotOursError(NotRunningError):
    """The state directory is another user's, and closed to us: whether a sandbox runs there we cannot know."""


class StartFailedError(SandboxError):
    """A process or a one-shot step did not come up; the text ends with the tail of its log."""
