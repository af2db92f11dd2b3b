"""How many records a batch has at most, at whatever worker and by whatever setting.

Who takes lanes over does not know how large its predecessor's batches were, and puts the last one in order as a whole.
"""

BATCH_RECORDS_MAX = 1_000
