"""Zoom's Realtime Media Streams (RTMS): webhooks, the protocol, and the threads that talk to Zoom (docs/zoom-rtms.md).

It is no source that a user can choose yet: nobody but the user may be analysed before that person's consent is on record, and
nothing in Mien opens a stream until it is. It was never run against live Zoom.
"""
