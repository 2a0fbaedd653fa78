"""Work that is given to a pool of threads and not waited for: what breaks in it is told, where the pool keeps it to itself."""

import logging
from concurrent.futures import Future
from typing import Any


def tell_failure(future: Future[Any]) -> None:
    """For ``Future.add_done_callback``: log what the work raised, with its traceback; silent where it ended well."""
    error = None if future.cancelled() else future.exception()
    if error is not None:
        logging.getLogger(__name__).error("mien: A mistake of Mien's, in full:", exc_info=error)
