"""`koppeling stuck`: registrations that are silent for longer than their stage allows, and how to drive them on."""
