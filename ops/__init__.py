"""The command line `koppeling`: `cli` names its commands, `commands` holds them, the rest is what they are made of."""
