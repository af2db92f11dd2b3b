"""`koppeling stuck`: finds registrations that are silent for longer than their stage allows, and drives them on."""
