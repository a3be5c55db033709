"""The public listener: a process of its own that holds no data key and no database."""
