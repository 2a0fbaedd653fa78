"""Recordings that the pages have analysed: their queue, the processes that analyse them, and the page."""
