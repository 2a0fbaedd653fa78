"""Zoom's Realtime Media Streams (RTMS): webhooks, the protocol, and the threads that talk to Zoom (docs/zoom-rtms.md).

It was never run against live Zoom.
"""
