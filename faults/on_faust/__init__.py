"""What a hop on Faust loses and doubles, on a real Kafka: why the path to the mail is not built on it.

`python -m faults.on_faust` takes two minutes and a sandbox of its own (docs/decisions/0002).
"""
