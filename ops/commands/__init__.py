"""The commands of `koppeling`, one module each, named as it is typed; what a large one is made of has a package."""
