"""Evidence in, a verdict out. Pure, and without a line of the workers' path (held by an import contract).

Each invariant of ARCHITECTURE.md is decided in the file of its number, the first where a file decides two; `verdict`
puts them together. They read `evidence` by its `history`: each record as it was `seen`, and what an event means to the
judge in `called_for`.
"""
