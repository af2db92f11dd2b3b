"""The command line `koppeling`: `start` begins it, `cli` names its commands, `commands` holds them.

The rest is what they are made of.
"""
