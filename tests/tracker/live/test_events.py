"""The queue of a live session's events."""

from threading import Barrier, Thread

from tracker.live.events import Event, EventQueue, SessionEnded, TitleChanged


def test_what_a_consumer_publishes_waits_for_its_turn() -> None:
    """Every consumer gets an alert's mark after the observation that it is about, also those that stand after the alerts."""
    got: dict[str, list[Event]] = {"first": [], "last": []}
    title, ended = TitleChanged("Stand-up"), SessionEnded()

    def answering(event: Event) -> None:
        if event is title:
            queue.publish(ended)

    queue = EventQueue([got["first"].append, answering])
    queue.subscribe(got["last"].append)
    queue.publish(title)

    assert got == {"first": [title, ended], "last": [title, ended]}


def test_all_consumers_get_the_events_of_several_threads_in_one_order() -> None:
    """Whichever thread publishes, an event has reached everybody before the next one begins."""
    got: list[list[Event]] = [[], []]
    queue, start = EventQueue([each.append for each in got]), Barrier(4)

    def publish(name: int) -> None:
        start.wait(20)
        for number in range(200):
            queue.publish(TitleChanged(f"{name} {number}"))

    threads = [Thread(target=publish, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert got[0] == got[1]
    assert len(got[0]) == 800
