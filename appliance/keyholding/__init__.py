"""The keys as their owner handles them: ways to unlock, the start without anybody, the secrets of other services."""
