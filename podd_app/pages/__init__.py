"""Pages of the window, one package per page, named as on screen."""
