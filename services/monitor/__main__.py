"""`python -m services.monitor`."""

import tempfile

import faust

from schemas.flow import MONITOR
from services.monitor.app import Monitor
from services.monitor.settings import MonitorSettings
from stream.collector import tame_collector
from stream.settings import read_settings
from stream.telemetry import configure_logging


def main() -> None:
    """Exit 0 after a stop, 2 when the settings are wrong."""
    settings = read_settings(MonitorSettings)
    configure_logging(MONITOR.name)
    tame_collector()
    with tempfile.TemporaryDirectory(prefix="koppeling-monitor-") as folder:
        app = Monitor(settings, folder).app
        faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main()
