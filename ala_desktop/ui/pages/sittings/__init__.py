"""The page "Commissioni e verbali": bodies, sittings, and the screen on which a sitting is minuted while it sits."""
