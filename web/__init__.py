"""The dashboard: shows, asks, obeys, and computes nothing about faces."""

import tracker  # noqa: F401 - before any library: it sets their switches
