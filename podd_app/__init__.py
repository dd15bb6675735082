"""PoDD Studio's window: pick data, draw a poster, watch it learn, leave with files."""
