"""`python -m services.monitor`."""

import sys
import tempfile

import faust
from pydantic import ValidationError

from schemas.flow import MONITOR
from services.monitor.app import Monitor
from services.monitor.settings import MonitorSettings
from stream.settings import faults_of, redacted
from stream.telemetry import configure_logging


def main() -> None:
    """Exit 0 after a stop, 2 when the settings are wrong."""
    try:
        settings = MonitorSettings()
    except ValidationError as error:
        sys.stderr.write(faults_of(error) + "\n")
        sys.exit(2)
    if "--check-config" in sys.argv[1:]:
        sys.stdout.write(redacted(settings) + "\n")
        sys.exit(0)
    configure_logging(MONITOR.name)
    with tempfile.TemporaryDirectory(prefix="koppeling-monitor-") as folder:
        app = Monitor(settings, folder).app
        faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main()
