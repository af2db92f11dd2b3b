"""`koppeling demo`: a fresh sandbox with one registration for each manual and more, shown from form to mail."""
