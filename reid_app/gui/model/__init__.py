"""What the window knows and decides, without a widget: it runs and is tested without a display."""
