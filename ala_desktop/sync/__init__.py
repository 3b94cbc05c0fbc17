"""The log: capture, frames, fold, exchange with the hub. No Qt."""
