"""Remember what happened to each registration, in order, for whoever asks.

Consumes every event about a registration but what web forms and the back office write; emits nothing. Beside the money
path: nothing waits for it, and it can be forgotten and built again by reading the topics from their beginning, to the
same content. No side effect.
"""
