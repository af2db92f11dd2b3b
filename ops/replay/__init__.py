"""`koppeling replay`: records brought once more, of a registration or of a range of a topic, through the services."""
