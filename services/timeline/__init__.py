"""Keep the history of each registration, in order, for whoever asks.

Consumes every event about a registration except those of web forms and the back office; emits nothing. It is beside the
money path: nothing waits for it, and after a loss, reading the topics from their beginning builds it again, to the same
content. No side effects.
"""
