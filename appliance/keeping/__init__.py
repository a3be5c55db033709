"""Keeping what is stored: exports of a person now; retention, erasure and archive later."""
