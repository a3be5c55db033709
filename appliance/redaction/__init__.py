"""Finds what identifies a person, puts placeholders there, and puts the words back. Plain values only: no vault, no network."""
