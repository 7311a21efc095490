"""Backups as files: a copy of the database with the keys it needs, packed with the sums of all parts."""
