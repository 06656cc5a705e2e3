"""Buckets and the policies on their objects in migrations."""
