"""Sources of frames: cameras, video files, streams, pictures, the screen and a synthetic face, each an iterable of Frame."""
