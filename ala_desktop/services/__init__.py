"""One module per use case; sessions live and die here, frozen rows come out. No Qt."""
