"""What may stand for a session, a picture or a recording in an address: at least eight letters of its id.

The command line takes any beginning that is unique; an address may come from another site, which could try the few short ones.
"""

from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """``<id:name>`` in a route: letters, digits and dashes of a UUID; anything else is no such page (404)."""

    regex = "[0-9A-Za-z-]{8,64}"
