"""Keeps the README's picture in step with `flow.py`: `python -m schemas.flow_diagram --check` or `--write`."""

import sys
from pathlib import Path

from schemas.flow import diagram
from schemas.marked_part import MarkedPart

FLOW_DIAGRAM = MarkedPart("schemas.flow_diagram", "flow", f"```mermaid\n{diagram()}\n```", Path("README.md"))

if __name__ == "__main__":
    sys.exit(FLOW_DIAGRAM.main())
