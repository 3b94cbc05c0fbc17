"""The page "Scambio con ALA": linking, exchanging, correcting, deciding, and the comune's other PCs."""
