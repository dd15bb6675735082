"""Looking closely at a poster: what pulls at it, what is near it, what networks see of it."""
