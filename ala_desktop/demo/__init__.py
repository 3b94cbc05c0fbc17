"""The day on demonstration data: invented people, an embedded hub. Offscreen it drives the real widgets."""
