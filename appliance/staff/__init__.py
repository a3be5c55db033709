"""What people at the desk do: read the inbox and threads, decide drafts, write replies, see an original."""
