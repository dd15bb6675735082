"""Looking back: the posters a run has kept, one of them shown in place of the live one."""
