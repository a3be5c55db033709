"""From a redacted thread to a decision: propose, guard, decide, render. Nothing here sends."""
