"""Bringing the registers of an office in, taking an import back, and taking lists out."""
