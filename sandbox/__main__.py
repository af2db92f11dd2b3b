"""The supervising process: `python -m sandbox SETTINGS`, its settings as JSON."""

import sys

from sandbox.run import run
from sandbox.settings import SandboxSettings

if __name__ == "__main__":
    sys.exit(run(SandboxSettings.model_validate_json(sys.argv[1])))
