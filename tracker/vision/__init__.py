"""From a picture to faces: landmarks, alignment, quality, tiled search."""
