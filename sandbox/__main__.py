"""The supervising process: `python -m sandbox`, its settings as a line of JSON on standard input.

They may hold passwords, which everybody on the machine could read on a command line.
"""

import sys

from sandbox.run import run
from sandbox.settings import SandboxSettings

if __name__ == "__main__":
    sys.exit(run(SandboxSettings.model_validate_json(sys.stdin.readline())))
