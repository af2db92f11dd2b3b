"""What `koppeling demo` plays: a fresh sandbox, one registration per manual and more, shown from form to mail."""
