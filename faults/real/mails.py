"""The mail server says no, for now or for good, or breaks off in the middle."""

from faults.real.fault import Inject
from faults.real.scene import Scene


def refused(step: bytes, reply: bytes, times: int = 3) -> Inject:
    """The next mails get this reply to this step."""

    async def inject(scene: Scene) -> None:
        scene.mails.refuse(step, reply, times)
        await scene.mails.refused(step)

    return inject
