"""Sessions as data: reading them from the database or a log, and writing them as CSV, JSON lines or Parquet."""
