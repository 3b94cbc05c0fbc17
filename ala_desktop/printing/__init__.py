"""Paper: minutes and sheets as PDF files, from frozen contents. Imports `models` and what is below; never siblings."""
