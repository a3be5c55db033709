"""What happens: the verbs of a desk. No web framework, no SQL, no driver."""
