"""A stored or logged session as data: columns, files, sinks."""
