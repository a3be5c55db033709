"""Sealed letters from the door: records, the one writer, the readers. Formats are told in records.py."""
