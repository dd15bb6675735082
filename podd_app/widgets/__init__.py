"""Small controls every place is made of."""
