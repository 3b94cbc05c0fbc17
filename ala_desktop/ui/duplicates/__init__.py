"""What the window shows of records that were registered twice."""
