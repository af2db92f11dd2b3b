"""What keeps a run from going on."""


class FaultError(Exception):
    """A fault could not be made, or what came of it not be judged; the text says why."""
