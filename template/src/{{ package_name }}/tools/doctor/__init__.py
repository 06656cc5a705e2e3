"""The `doctor` command: one check a file, in the order in which a connection is made."""
