"""What can go wrong with the sandbox itself; each text tells its reader what to do next.

SandboxError
├── PackagesMissingError  only the services and the commands are installed here
├── JarsUnusableError     a jar of Kafka is missing, cut off or altered
├── StateUnwritableError  the state directory cannot be written
├── AlreadyRunningError   another sandbox holds this state directory
├── NotRunningError       nobody holds it, or what is asked for is down
│   └── NotOursError      another user's, and closed to us
└── StartFailedError      a process or a one-shot step did not come up
"""


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the text says what, where and what to do."""


class PackagesMissingError(SandboxError):
    """The packages that only the sandbox needs are not installed here, as on a company's servers."""


class JarsUnusableError(SandboxError):
    """A jar of Kafka is missing, cut off or altered: nothing of it is put on the classpath."""


class StateUnwritableError(SandboxError):
    """The state directory cannot be written: there is no room, no permission, or no folder to make it in."""


class AlreadyRunningError(SandboxError):
    """Another sandbox holds this state directory."""


class NotRunningError(SandboxError):
    """No sandbox holds this state directory, it is starting or ending, or the process that is asked for is down."""


class NotOursError(NotRunningError):
    """The state directory is another user's, and closed to us: whether a sandbox runs there we cannot know."""


class StartFailedError(SandboxError):
    """A process or a one-shot step did not come up; the text ends with the tail of its log."""
