"""Finds what identifies a person, puts placeholders there, puts the words back. Plain values: no vault, no network."""
