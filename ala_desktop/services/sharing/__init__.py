"""What a comune shares with ALA and among its own PCs: exchanging, discordant and refused values, saves in words."""
