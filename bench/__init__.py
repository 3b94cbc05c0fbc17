"""What is measured, each figure beside a baseline of the same run: `python -m bench [NAMES]` (see docs/bench.md)."""
