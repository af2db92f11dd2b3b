"""`koppeling replay`: brings the records of a registration, or of a range of a topic, to the services once more."""
