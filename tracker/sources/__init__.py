"""Where frames come from: cameras, videos, folders of pictures, streams, a drawn face - each an iterable of Frame."""
