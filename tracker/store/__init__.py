"""What is kept: schema, recorder, queries, erasing, retention."""
