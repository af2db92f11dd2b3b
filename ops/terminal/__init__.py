"""Input and output of commands: options and typed values, and the lines and JSON that are printed."""
