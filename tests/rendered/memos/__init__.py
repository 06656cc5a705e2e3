"""Memos: the feature of the proofs. They use no feature of the project, which may be deleted."""
