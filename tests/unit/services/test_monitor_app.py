from services.monitor.faust_app import faust_app
from stream.kafka_access import KafkaAccess


def test_brokers_may_be_listed_with_spaces_between_them() -> None:
    app = faust_app("monitor", KafkaAccess("a:9093, [::1]:9094"), "unused")
    assert [(url.host, url.port) for url in app.conf.broker] == [("a", 9093), ("::1", 9094)]
