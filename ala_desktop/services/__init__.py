"""Use cases, one module each; sessions live and die here, frozen rows come out. No Qt.

Records, forms and lists are here; sittings, registers and the sharing with ALA have rooms of their own.
"""
