"""The commands of `ala-desktop` (DESIGN 8), one file per family. No Qt."""
