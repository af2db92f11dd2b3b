"""The command line `koppeling`."""
