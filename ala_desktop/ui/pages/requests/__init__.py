"""Requests to ALA: the comune's page "Chiedi ad ALA" and ALA's page "Richieste dei Comuni"."""
