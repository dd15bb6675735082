"""The Run place: the live poster, the plots, the patch in question."""
