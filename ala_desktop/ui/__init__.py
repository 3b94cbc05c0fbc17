"""The window: pages, lists, forms and editors in Qt. Screens speak to services only, never to the store."""
