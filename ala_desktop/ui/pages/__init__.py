"""The pages of the window, one module per entry of the navigation."""
