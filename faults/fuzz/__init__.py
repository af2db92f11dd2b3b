"""Bad input by kind, made by us and by chance, and what it must come to: one answer each, at a bounded cost.

`python -m faults.fuzz` searches for input that breaks codec, forms or mails; `python -m faults.fuzz.cost` measures
what a record of each kind costs. Both tell their seed.
"""
