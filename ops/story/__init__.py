"""A registration's story: where it stands and what happened to it, read from the services' documents."""
