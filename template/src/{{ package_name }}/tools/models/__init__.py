"""Typed models from a live database: the catalogue of `schema` as Python. Imports `schema`."""
