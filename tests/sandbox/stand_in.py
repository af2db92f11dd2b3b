"""A process for the supervisor: `stand_in.py FOLDER NAME MANNER`.

Makes the file FOLDER/NAME.there, then waits. At SIGTERM it adds its name to FOLDER/ends and ends,
unless its manner is "stubborn".
"""

import signal
import sys
from pathlib import Path
from types import FrameType

FOLDER, NAME, MANNER = Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def leave(_number: int, _frame: FrameType | None) -> None:
    if MANNER == "stubborn":
        return
    with (FOLDER / "ends").open("a") as ends:
        ends.write(f"{NAME}\n")
    sys.exit()


signal.signal(signal.SIGTERM, leave)
(FOLDER / f"{NAME}.there").touch()
while True:
    signal.pause()
