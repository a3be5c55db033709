"""Who is let in: sign-in links and sessions."""
