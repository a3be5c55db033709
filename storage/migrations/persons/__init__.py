"""The steps of persons.db."""
