"""From the outbox to the carrier, never twice: gate, hand over, look up what is unclear, follow what became of it."""
