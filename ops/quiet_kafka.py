"""Kafka's client without its own lines: a command says in a sentence what became of it."""

import logging


def quiet_kafka() -> None:
    """From now on it logs nothing in this process."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
