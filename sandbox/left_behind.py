"""What a view that was killed leaves in the sandbox's folder: Faust's own, one at each kill."""

import shutil

from sandbox.state_directory import StateDirectory
from services.monitor.settings import FOLDER_PREFIX


def remove_left_behind(state: StateDirectory) -> None:
    """Called by who holds the folder, while no view runs in it."""
    for folder in state.path.glob(f"{FOLDER_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
