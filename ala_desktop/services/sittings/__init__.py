"""The course of a sitting, from its agenda to its numbered minutes (DOMAIN 5)."""
