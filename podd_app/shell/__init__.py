"""What surrounds the places: top bar, rail, status line, menus, errors."""
