"""How commands listen and speak: options and values that are typed, lines and JSON that are printed."""
