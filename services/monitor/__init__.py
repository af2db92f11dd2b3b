"""Show where everything stands, live: how many at which stage, for how long, and who is stuck.

Consumes what says where a registration stands, parked records and its own alerts; emits RegistrationStuck. Beside the
money path, on Faust: nothing waits for it, and it can be built again by reading the topics from their beginning.
"""
