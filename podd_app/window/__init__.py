"""The main window: navigation rail, top bar, status bar, menus, help, and errors."""
