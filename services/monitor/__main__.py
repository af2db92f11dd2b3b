"""`python -m services.monitor`."""

import asyncio
import logging
import sys

import faust

from schemas.flow import MONITOR
from schemas.topics import MONITOR_TABLE
from services.monitor.app import TOPICS, Monitor
from services.monitor.settings import MonitorSettings
from stream.collector import tame_collector
from stream.errors import AccessDenied
from stream.kafka_errors import check_access
from stream.settings import read_settings
from stream.telemetry import configure_logging

_log = logging.getLogger(__name__)


def main() -> None:
    """Exit 0 after a stop, 1 when Kafka does not allow what the view needs, 2 when the settings are wrong."""
    settings = read_settings(MonitorSettings)
    configure_logging(MONITOR.name)
    tame_collector()
    try:
        asyncio.run(check_access(settings.kafka_access, MONITOR.name, sorted(TOPICS | {MONITOR_TABLE})))
    except AccessDenied as error:
        _log.error("AccessDenied: %s", error)
        sys.exit(1)
    app = Monitor(settings).app
    faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main()
