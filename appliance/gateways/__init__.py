"""One file for each outside service, behind a small port. Everything here leaves through egress."""
