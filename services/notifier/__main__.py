"""`python -m services.notifier`: the worker that plans mails, and beside it the sender that sends them."""

from services.notifier.decide import SERVICE
from services.notifier.ledger import Ledger
from services.notifier.ledger_postgres import PostgresLedger
from services.notifier.sender import Sender
from services.notifier.settings import NotifierSettings
from services.notifier.smtp_connection import SmtpServer
from stream.clock import SleepCountingClock
from stream.postgres_session import Session
from stream.run import Deployment, main


async def build(settings: NotifierSettings) -> Deployment:
    """The service and its sender."""
    ledger = PostgresLedger(Session(str(settings.postgres_url)))
    sender = sender_of(ledger, settings)
    return Deployment(SERVICE, beside=sender, counted=(sender.fates,), close=ledger.close)


def sender_of(ledger: Ledger, settings: NotifierSettings) -> Sender:
    """The sender. Its clock counts the time for which the machine sleeps: others take its claims over meanwhile."""
    return Sender(ledger, settings, codes=settings.codes, clock=SleepCountingClock(), connect=SmtpServer(settings))


if __name__ == "__main__":
    main(build, NotifierSettings)
