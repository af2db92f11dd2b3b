"""The command line `koppeling`: `start` begins it, `cli` lists its commands, `commands` has one module for each.

The other packages are what the commands are made of.
"""
