"""The commands of `koppeling`, one module each, named as it is typed; a large command has a package of its own too."""
