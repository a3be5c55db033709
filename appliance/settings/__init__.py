"""Settings: one TOML file, checked whole. It holds no secret, only the names of files that do."""
