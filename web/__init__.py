"""The dashboard: pages and their API on top of the tracker; it computes nothing about faces."""

import tracker  # noqa: F401 - before any library: it sets their switches
