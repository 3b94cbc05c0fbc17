"""Ground floor: errors, ids, clock, paths. No Qt, no SQL; everything above may import it."""
