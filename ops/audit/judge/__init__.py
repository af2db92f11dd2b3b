"""Evidence in, a verdict out. Pure, and without any code of the workers' path, which an import contract ensures.

Each invariant of ARCHITECTURE.md is decided in the file with its number; a file that decides two has the first one's.
`verdict` combines them. They look at `evidence` through its `history`: each record as it was `seen`, and what an event
means to the judge as `called_for`.
"""
