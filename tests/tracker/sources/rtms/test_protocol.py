"""The protocol of RTMS without sockets: handshakes, people, turns, losses and endings, at times that the tests choose."""

import base64
import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.sources.rtms import happenings as say
from tracker.sources.rtms.announcements import StreamStarted
from tracker.sources.rtms.credentials import Credentials
from tracker.sources.rtms.happenings import Close, Connect, Link, Output, Send
from tracker.sources.rtms.participants import FrameCounts
from tracker.sources.rtms.protocol import RtmsProtocol
from tracker.sources.rtms.words import STATUS_CODES, STOP_REASONS, status_words, stop_words

STREAM: Final = StreamStarted("uuid_x==", "stream_x", "wss://zoom.example/signaling/7f3a")
CREDENTIALS: Final = Credentials("client_id_x", "secret")
SIGNATURE: Final = "f98e56b9214db6bb1027121834aef16cd489f8f0b19027a481d771073545fa52"
MEDIA_URL: Final = "wss://zoom.example/some/where/else?x=1"
T: Final = 1_700_000_000.0
ANN, BEN, CARA = 16778240, 16779264, 16780288
SIGNALING, MEDIA = Link.SIGNALING, Link.MEDIA


def text(msg_type: int, **members: Any) -> str:
    return json.dumps({"msg_type": msg_type, **members})


def event(event_type: int, **members: Any) -> str:
    return text(6, event={"event_type": event_type, "timestamp": 1, **members})


def people(event_type: int, *user_ids: int) -> str:
    return event(event_type, participants=[{"user_id": each} for each in user_ids])


def accepted(**urls: str) -> str:
    return text(2, protocol_version=1, sequence=0, status_code=0, reason="", media_server={"server_urls": urls})


def video(user_id: int, at: float, name: str = "Ann", **other: Any) -> str:
    content = {"user_id": user_id, "user_name": name, "length": 6, "timestamp": round(at * 1000)}
    return text(15, content={**content, "data": base64.b64encode(b"\xff\xd8jpeg").decode(), **other})


def sent(out: list[Output], link: Link) -> list[dict[str, Any]]:
    return [json.loads(each.text) for each in out if isinstance(each, Send) and each.link is link]


def subscriptions(out: list[Output]) -> list[tuple[int, bool]]:
    return [(each["user_id"], each["subscribe"]) for each in sent(out, SIGNALING) if each["msg_type"] == 28]


def frames(out: list[Output]) -> list[say.VideoFrame]:
    return [each for each in out if isinstance(each, say.VideoFrame)]


def stopped(out: list[Output]) -> say.Stopped:
    (found,) = [each for each in out if isinstance(each, say.Stopped)]
    return found


def open_signaling(protocol: RtmsProtocol, now: float) -> list[Output]:
    """From an asked-for signaling socket to an asked-for media socket."""
    protocol.opened(SIGNALING, now)
    protocol.received(SIGNALING, accepted(audio="wss://a/audio", video=MEDIA_URL), now)
    return protocol.tick(now)


def open_media(protocol: RtmsProtocol, now: float) -> list[Output]:
    out = protocol.opened(MEDIA, now)
    return out + protocol.received(MEDIA, text(4, status_code=0), now)


def flowing(watched: tuple[int, ...] | None = None, present: tuple[int, ...] = (ANN, BEN, CARA)) -> RtmsProtocol:
    """A stream whose media flow at time T, with people whose cameras are on."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS, watched)
    protocol.start(T)
    open_signaling(protocol, T)
    open_media(protocol, T)
    protocol.received(SIGNALING, people(3, *present), T)
    protocol.received(SIGNALING, people(8, *present), T)
    return protocol


def test_a_stream_from_handshake_to_readiness() -> None:
    """Each step has the messages of Zoom's documentation, and the media socket's address is the one that the server gave."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS, None)

    assert protocol.start(T) == [Connect(SIGNALING, STREAM.server_url)]
    assert sent(protocol.opened(SIGNALING, T), SIGNALING) == [
        {
            "msg_type": 1,
            "protocol_version": 1,
            "sequence": 1,
            "meeting_uuid": "uuid_x==",
            "rtms_stream_id": "stream_x",
            "signature": SIGNATURE,
            "buffer_data": False,
        }
    ]
    assert protocol.received(SIGNALING, accepted(audio="wss://a", video=MEDIA_URL), T) == []
    assert protocol.tick(T) == [Connect(MEDIA, MEDIA_URL)]
    assert sent(protocol.opened(MEDIA, T), MEDIA) == [
        {
            "msg_type": 3,
            "protocol_version": 1,
            "sequence": 0,
            "meeting_uuid": "uuid_x==",
            "rtms_stream_id": "stream_x",
            "signature": SIGNATURE,
            "media_type": 2,
            "payload_encryption": False,
            "media_params": {"video": {"content_type": 3, "codec": 5, "resolution": 2, "data_opt": 3, "fps": 5}},
        }
    ]
    out = protocol.received(MEDIA, text(4, status_code=0, media_params={}), T)
    assert sent(out, SIGNALING) == [
        {"msg_type": 7, "rtms_stream_id": "stream_x"},
        {"msg_type": 5, "events": [{"event_type": each, "subscribe": True} for each in (2, 3, 4, 8, 9)]},
    ]
    assert out[-1] == say.Ready()


def test_people_are_told_apart_by_number() -> None:
    """Two people of one name are two; a name that changes is a rename of the same one, however it is told."""
    protocol = flowing(present=())
    joined = event(3, participants=[{"user_id": ANN, "user_name": "Sam"}, {"user_id": BEN, "user_name": "Sam"}])

    assert protocol.received(SIGNALING, joined, T) == [say.Joined(ANN, "Sam"), say.Joined(BEN, "Sam")]
    assert protocol.received(SIGNALING, joined, T) == []
    renamed = event(3, participants=[{"user_id": BEN, "user_name": "Zo\u00eb \U0001f33b"}])
    assert protocol.received(SIGNALING, renamed, T) == [say.Renamed(BEN, "Sam", "Zo\u00eb \U0001f33b")]
    out = protocol.received(MEDIA, video(ANN, T, name="Samira"), T)
    assert out[0] == say.Renamed(ANN, "Sam", "Samira")
    assert frames(out)[0].name == "Samira"
    assert protocol.received(SIGNALING, event(2, user_id=CARA, user_name="C"), T) == [say.Joined(CARA, "C"), say.Speaking(CARA)]
    assert protocol.received(SIGNALING, people(9, BEN), T) == [say.VideoSwitched(BEN, on=False)]
    assert protocol.received(SIGNALING, people(9, BEN), T) == []
    assert protocol.received(SIGNALING, people(4, ANN, ANN), T) == [say.Left(ANN)]
    assert [each.user_id for each in protocol.participants] == [BEN, CARA]


def test_names_cannot_command_a_terminal() -> None:
    """Controls in a name are made visible, and a name has an end."""
    protocol = flowing(present=())
    out = protocol.received(SIGNALING, event(3, participants=[{"user_id": 1, "user_name": "\x1b[2J\u202e" + "x" * 500}]), T)

    (joined,) = out
    assert isinstance(joined, say.Joined)
    assert joined.name.startswith("\\x1b[2J\\u202ex")
    assert len(joined.name) < 200


def test_keep_alive_is_answered_where_it_was_asked() -> None:
    """The answer has the question's time, on the same socket."""
    protocol = flowing()

    for link in Link:
        assert protocol.received(link, text(12, timestamp=1738392033699), T) == [Send(link, text(13, timestamp=1738392033699))]


def test_late_frames_are_dropped() -> None:
    """A frame that is older than one before, or was held up for more than two seconds, is counted and dropped."""
    protocol = flowing()
    given_at = [(T, T), (T + 0.4, T + 0.4), (T + 0.2, T + 0.5), (T + 0.4, T + 0.6), (T + 1, T + 3.5), (T + 4, T + 4)]
    out = [frames(protocol.received(MEDIA, video(ANN, made), arrived)) for made, arrived in given_at]

    assert [len(each) for each in out] == [1, 1, 0, 0, 0, 1]
    assert protocol.counts == FrameCounts(taken=3, late=3)
    assert out[-1][0].sent_ms == round((T + 4) * 1000)


def test_zooms_clock_may_differ() -> None:
    """A clock at Zoom that is an hour off, either way, makes no frame late."""
    for off in (-3600.0, 3600.0):
        protocol = flowing()
        out = [frames(protocol.received(MEDIA, video(ANN, T + off + i), T + i)) for i in range(3)]
        assert [len(each) for each in out] == [1, 1, 1]


@pytest.mark.parametrize("wrong", [{"data": "no base64"}, {"data": ""}, {"length": 1}, {"data": "/9j/\u00e4"}])
def test_damaged_frames_are_counted(wrong: dict[str, Any]) -> None:
    """Data that are no base64, or not as long as told, are counted and skipped; the next frame is taken."""
    protocol = flowing()

    assert frames(protocol.received(MEDIA, video(ANN, T, **wrong), T)) == []
    assert protocol.counts == FrameCounts(damaged=1)
    assert len(frames(protocol.received(MEDIA, video(ANN, T + 1), T + 1))) == 1


def test_ages_of_frames() -> None:
    """Each participant's newest frame has an age, and nobody has one before the first."""
    protocol = flowing(present=(ANN, BEN))
    protocol.received(MEDIA, video(ANN, T + 1), T + 1)

    assert [each.age(T + 5) for each in protocol.participants] == [4.0, None]


def test_nobody_is_watched_unless_chosen() -> None:
    """Without a choice, Zoom is asked for nobody's video, and a frame that comes all the same is not handed on."""
    protocol = flowing(watched=())
    out = protocol.tick(T + 10) + protocol.received(MEDIA, video(ANN, T + 10), T + 10)

    assert out == []
    assert protocol.counts == FrameCounts(unwanted=1)


def test_one_chosen_participant() -> None:
    """The handshake asks for one participant, and the subscription is sent when that person's camera is on, once."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS, (BEN,))
    protocol.start(T)
    open_signaling(protocol, T)
    (handshake,) = sent(open_media(protocol, T), MEDIA)
    assert handshake["media_params"]["video"]["data_opt"] == 4
    assert protocol.received(SIGNALING, people(8, ANN), T) == [say.Joined(ANN, ""), say.VideoSwitched(ANN, on=True)]

    out = protocol.received(SIGNALING, people(8, BEN), T)
    (subscribe,) = sent(out, SIGNALING)
    assert subscribe == {"msg_type": 28, "user_id": BEN, "subscribe": True, "timestamp": round(T * 1000)}
    assert out[-1] == say.Watching(BEN)
    assert protocol.received(SIGNALING, text(29, user_id=BEN, status_code=0, reason="OK"), T) == []
    assert protocol.tick(T + 30) == []
    assert len(frames(protocol.received(MEDIA, video(BEN, T + 30), T + 30))) == 1
    assert frames(protocol.received(MEDIA, video(ANN, T + 30), T + 30)) == []


def answer_all(protocol: RtmsProtocol, out: list[Output], now: float, status: int = 0) -> list[Output]:
    return [
        each
        for user_id, subscribe in subscriptions(out)
        if subscribe
        for each in protocol.received(SIGNALING, text(29, user_id=user_id, status_code=status), now)
    ]


def test_several_take_turns() -> None:
    """Each chosen participant whose camera is on is watched for four seconds from the answer on, in order."""
    protocol = flowing(watched=(CARA, ANN, BEN))
    assert protocol.watching == CARA
    protocol.received(SIGNALING, text(29, user_id=CARA, status_code=0), T)
    turns = []
    for tenth in range(1, 180):
        now = T + tenth / 10
        out = protocol.tick(now)
        turns += [(round(now - T, 1), user_id) for user_id, _ in subscriptions(out)]
        answer_all(protocol, out, now)

    assert turns == [(4.0, ANN), (8.0, BEN), (12.0, CARA), (16.0, ANN)]


def test_a_camera_that_is_off_loses_its_turn() -> None:
    """Somebody who switches their camera off or leaves is not waited for; when nobody is left, the video is ended."""
    protocol = flowing(watched=(ANN, BEN))
    protocol.received(SIGNALING, text(29, user_id=ANN, status_code=0), T)

    assert subscriptions(protocol.received(SIGNALING, people(9, ANN), T + 0.5)) == [(BEN, True)]
    protocol.received(SIGNALING, text(29, user_id=BEN, status_code=0), T + 0.5)
    assert subscriptions(protocol.tick(T + 20)) == []
    out = protocol.received(SIGNALING, people(4, BEN), T + 21)
    assert subscriptions(out) == [(BEN, False)]
    assert out[-1] == say.Watching(None)
    assert subscriptions(protocol.received(SIGNALING, people(8, ANN), T + 22)) == [(ANN, True)]


def test_who_is_not_chosen_any_more_is_not_handed_on() -> None:
    """A person who is taken from the choice is unsubscribed at once, and frames on their way are dropped."""
    protocol = flowing(watched=(ANN,))
    protocol.received(SIGNALING, text(29, user_id=ANN, status_code=0), T)

    assert subscriptions(protocol.watch((), T + 1)) == [(ANN, False)]
    assert frames(protocol.received(MEDIA, video(ANN, T + 1), T + 1)) == []


def test_a_refused_video_is_asked_for_again_later() -> None:
    """Zoom's refusal is told once, others have their turn, and half a minute later it is tried again; 44 is no refusal."""
    protocol = flowing(watched=(ANN, BEN))
    out = protocol.received(SIGNALING, text(29, user_id=ANN, status_code=42), T)
    assert say.Problem(f"Zoom does not send a participant's video: {status_words(42)}.") in out
    assert subscriptions(out) == [(BEN, True)]
    assert protocol.received(SIGNALING, text(29, user_id=BEN, status_code=44), T) == []
    assert subscriptions(protocol.tick(T + 29)) == []
    assert subscriptions(protocol.tick(T + 30)) == [(ANN, True)]


def test_a_subscription_without_an_answer_passes() -> None:
    """When Zoom does not answer within five seconds, the next one has their turn."""
    protocol = flowing(watched=(ANN, BEN))

    assert subscriptions(protocol.tick(T + 4.9)) == []
    assert subscriptions(protocol.tick(T + 5)) == [(BEN, True)]


def test_from_the_speaker_to_a_choice_and_back() -> None:
    """Zoom fixes the way in the media handshake, so the media socket is opened anew; an empty choice is not the speaker."""
    protocol = flowing(watched=None)
    assert len(frames(protocol.received(MEDIA, video(CARA, T), T))) == 1

    assert protocol.watch((ANN,), T + 1) == [Close(MEDIA), Connect(MEDIA, MEDIA_URL)]
    out = open_media(protocol, T + 1)
    assert sent(out, MEDIA)[0]["media_params"]["video"]["data_opt"] == 4
    assert subscriptions(out) == [(ANN, True)]
    assert not any(isinstance(each, Connect) for each in protocol.watch((), T + 2))
    assert protocol.watch(None, T + 3) == [Close(MEDIA), Connect(MEDIA, MEDIA_URL)]


@pytest.mark.parametrize("states", [(8, 5, 6), (9, 3, 4)])
def test_pause_and_resume(states: tuple[int, int, int]) -> None:
    """A pause is told once, asks for nobody, and ends; the stream's and the session's state mean the same."""
    kind, pause, resume = states
    protocol = flowing(watched=(ANN, BEN))
    protocol.received(SIGNALING, text(29, user_id=ANN, status_code=0), T)

    assert protocol.received(SIGNALING, text(kind, state=pause, reason=0, stop_reason=0), T) == [say.Paused()]
    assert protocol.received(SIGNALING, text(kind, state=pause), T) == []
    assert protocol.tick(T + 5) == []
    out = protocol.received(SIGNALING, text(kind, state=resume), T + 6)
    assert out[0] == say.Resumed()
    assert subscriptions(out) == [(BEN, True)]


def test_missed_keep_alives_make_a_socket_lost() -> None:
    """After 65 seconds without a word the media socket is opened again, once a second has passed; signaling stays."""
    protocol = flowing()
    protocol.received(SIGNALING, text(12, timestamp=1), T + 60)
    assert protocol.tick(T + 64.9) == []

    out = protocol.tick(T + 65)
    assert out[0] == Close(MEDIA)
    assert isinstance(out[1], say.Interrupted)
    assert "65 seconds" in out[1].sentence
    assert protocol.tick(T + 65.5) == []
    assert protocol.tick(T + 66) == [Connect(MEDIA, MEDIA_URL)]
    assert open_media(protocol, T + 66)[-1] == say.Ready()


def test_a_dropped_signaling_socket_begins_anew() -> None:
    """Both handshakes are made again; after that, people's cameras are as Zoom tells, and turns go on."""
    protocol = flowing(watched=(ANN,))
    protocol.received(MEDIA, video(ANN, T), T)
    out = protocol.dropped(SIGNALING, "the other side closed it", T + 1)
    assert Close(MEDIA) in out
    assert protocol.received(MEDIA, video(ANN, T + 1), T + 1) == [], "a closed socket's frames are of no use"

    assert protocol.tick(T + 2) == [Connect(SIGNALING, STREAM.server_url)]
    assert open_signaling(protocol, T + 2) == [Connect(MEDIA, MEDIA_URL)]
    out = open_media(protocol, T + 2)
    assert say.Ready() in out
    assert subscriptions(out) == [(ANN, True)]
    assert [each.video for each in protocol.participants] == [None, None, None]


def test_an_interruption_by_word_begins_anew_once() -> None:
    """Zoom's event, and the state that says the same, make one attempt."""
    protocol = flowing()
    out = protocol.interrupted(T + 1)
    assert [each for each in out if isinstance(each, Close)] == [Close(SIGNALING), Close(MEDIA)]
    assert protocol.interrupted(T + 1) == []
    assert protocol.tick(T + 2) == [Connect(SIGNALING, STREAM.server_url)]

    by_state = flowing().received(SIGNALING, text(8, state=2, reason=0), T)
    assert [each for each in by_state if isinstance(each, Close)] == [Close(SIGNALING), Close(MEDIA)]
    by_event = flowing().received(SIGNALING, event(7), T)
    assert [each for each in by_event if isinstance(each, Close)] == [Close(MEDIA)]


def test_attempts_come_later_each_time_and_end() -> None:
    """A server that cannot be reached is tried after 1, 2, 4, 8 and 16 seconds; after 60 the stream is over, with the cause."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS)
    out, attempts, now = protocol.start(T), [], T
    while not protocol.ended:
        if any(isinstance(each, Connect) for each in out):
            attempts.append(now - T)
            protocol.dropped(SIGNALING, "no route to host", now)
        now += 0.5
        out = protocol.tick(now)

    assert attempts == [0, 2, 6, 14, 30, 46]
    assert now - T == 60
    assert stopped(out).reason == 19
    assert "no route to host" in stopped(out).sentence


def test_a_server_that_does_not_answer_is_tried_again() -> None:
    """Ten seconds without an answer, to opening or to a handshake, count as lost."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS)
    protocol.start(T)
    assert protocol.tick(T + 9) == []
    assert protocol.tick(T + 10)[0] == Close(SIGNALING)
    assert protocol.opened(SIGNALING, T + 10) == [], "it was closed meanwhile"


@pytest.mark.parametrize("code", STOP_REASONS)
def test_each_stop_reason_is_a_sentence(code: int) -> None:
    """Each way to tell a stop reason ends the stream with its sentence, and 8 has what was kept deleted first."""
    stops: list[Callable[[RtmsProtocol], list[Output]]] = [
        lambda protocol: protocol.stopped(code),
        lambda protocol: protocol.received(SIGNALING, text(9, state=5, stop_reason=code, timestamp=1), T),
        lambda protocol: protocol.received(SIGNALING, text(8, state=4, reason=code, timestamp=1), T),
    ]
    for stop in stops:
        protocol = flowing()
        out = stop(protocol)
        assert stopped(out) == say.Stopped(code, STOP_REASONS[code])
        assert [each for each in out if isinstance(each, Close)] == [Close(SIGNALING), Close(MEDIA)]
        assert (out[0] == say.Purge()) is (code == 8)
        assert protocol.ended
        assert protocol.tick(T + 100) == []
        assert protocol.received(MEDIA, video(ANN, T), T) == []


def test_permission_taken_back_after_the_end_purges() -> None:
    """The end may be told first and its reason later; deleting is never missed, and told once."""
    protocol = flowing()
    protocol.received(SIGNALING, text(8, state=4), T)

    assert protocol.stopped(8) == [say.Purge()]
    assert protocol.stopped(8) == []


def test_unknown_numbers_have_words() -> None:
    """A stop reason or status that is not documented is told with its number."""
    assert "number 99" in stop_words(99)
    assert "status 47" in status_words(47)


@pytest.mark.parametrize("code", [code for code in STATUS_CODES if code not in (0, 8, 16, 45)])
def test_a_refused_handshake_ends_with_words(code: int) -> None:
    """What cannot be cured by waiting ends the stream, with Zoom's status as words."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS)
    protocol.start(T)
    protocol.opened(SIGNALING, T)
    out = protocol.received(SIGNALING, text(2, status_code=code, reason="x"), T)

    assert stopped(out) == say.Stopped(None, f"Zoom refused the signaling connection: {status_words(code)}.")


def test_a_connection_that_zoom_still_holds_is_waited_for() -> None:
    """The status for a second connection, as after a loss that Zoom has not noticed, is tried again."""
    protocol = flowing()
    protocol.dropped(SIGNALING, "reset", T + 1)
    protocol.tick(T + 2)
    protocol.opened(SIGNALING, T + 2)
    out = protocol.received(SIGNALING, text(2, status_code=8), T + 2)

    assert out == [Close(SIGNALING)]
    assert protocol.tick(T + 4) == [Connect(SIGNALING, STREAM.server_url)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (accepted(audio="wss://a"), "meeting:read:meeting_video"),
        (text(2, status_code=0), "meeting:read:meeting_video"),
    ],
)
def test_an_app_without_video_is_told(answer: str, words: str) -> None:
    """Where Zoom offers no video, the sentence names the scope that is missing."""
    protocol = RtmsProtocol(STREAM, CREDENTIALS)
    protocol.start(T)
    protocol.opened(SIGNALING, T)

    assert words in stopped(protocol.received(SIGNALING, answer, T)).sentence


def test_closing_tells_zoom() -> None:
    """Zoom is told and answers, or does not within two seconds: then all is closed, and it was Mien who closed."""
    ways: list[Callable[[RtmsProtocol], list[Output]]] = [
        lambda protocol: protocol.received(SIGNALING, text(22, rtms_stream_id="stream_x", status_code=0), T),
        lambda protocol: protocol.tick(T + 2),
        lambda protocol: protocol.dropped(SIGNALING, "closed", T),
    ]
    for finish in ways:
        protocol = flowing()
        assert sent(protocol.close(T), SIGNALING) == [{"msg_type": 21, "rtms_stream_id": "stream_x"}]
        assert protocol.received(MEDIA, video(ANN, T), T) == []
        out = finish(protocol)
        assert stopped(out).reason == 20
        assert [each for each in out if isinstance(each, Close)] == [Close(SIGNALING), Close(MEDIA)]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "{",
        "[]",
        "{}",
        b"\xff",
        '{"msg_type":"6"}',
        text(12),
        text(12, timestamp=1.5),
        text(6, event={}),
        text(6, event={"event_type": 3, "participants": [{"user_id": "1"}]}),
        text(15, content={"user_id": 1, "data": 5, "timestamp": 1}),
        text(15, content={"user_id": 1, "data": "", "timestamp": -1}),
        text(29, user_id=1),
        "[" * 1000,
        " " * 6_000_001,
    ],
)
def test_a_wrong_message_is_one_sentence(wrong: str | bytes) -> None:
    """What cannot be read is one problem in a sentence, and the stream goes on."""
    protocol = flowing()
    (problem,) = protocol.received(SIGNALING, wrong, T)

    assert isinstance(problem, say.Problem)
    assert problem.sentence.startswith("Zoom sent a message that cannot be read: ")
    assert len(problem.sentence) < 400
    assert len(frames(protocol.received(MEDIA, video(ANN, T + 1), T + 1))) == 1


def test_messages_of_other_kinds_are_passed_over() -> None:
    """Kinds that Mien has no use for, or that Zoom adds, change nothing."""
    protocol = flowing()
    for kind in (0, 10, 14, 17, 18, 23, 99, -1):
        assert protocol.received(SIGNALING, text(kind, content={"data": "x"}), T) == []


def test_a_meeting_is_bounded() -> None:
    """More people than a meeting can have are passed over."""
    protocol = flowing(present=())
    for first in range(0, 3_000, 1_000):
        protocol.received(SIGNALING, people(3, *range(first, first + 1_000)), T)

    assert len(protocol.participants) == 1_000
    assert frames(protocol.received(MEDIA, video(5_000, T), T)) == []


MESSAGES: Final = (
    accepted(video=MEDIA_URL),
    accepted(all="wss://zoom.example/all"),
    accepted(video="http://zoom.example"),
    *(text(kind, status_code=code) for kind in (2, 4, 22) for code in (0, 3, 8, 16)),
    *(people(kind, *ids) for kind in (3, 4, 8, 9) for ids in [(ANN,), (BEN, CARA), (0, -1)]),
    event(2, user_id=ANN),
    event(2),
    event(7),
    *(text(8, state=state, reason=8) for state in range(7)),
    *(text(9, state=state, stop_reason=6) for state in range(6)),
    text(12, timestamp=0),
    *(video(user_id, at) for user_id in (ANN, BEN) for at in (T, T + 5, T + 9)),
    *(text(29, user_id=user_id, status_code=code) for user_id in (ANN, BEN) for code in (0, 42, 44)),
    *(text(kind) for kind in range(31)),
    "nothing",
)
STEPS: Final = (
    *(("received", link, message) for link in Link for message in MESSAGES),
    *((step, link, "") for link in Link for step in ("opened", "dropped", "tick", "close", "interrupted") for _ in range(6)),
    *(("watch", watched, "") for watched in ((), (ANN,), (ANN, BEN, ANN), None)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=25))
def test_no_order_of_events_breaks_it(steps: list[tuple[str, Any, str]]) -> None:
    """Whatever comes in whatever order, nothing is raised, each socket is opened only while closed, and the end is the end."""
    protocol, now, open_links, ends = flowing(watched=(ANN, BEN)), T, set(Link), 0
    for step, subject, message in steps:
        now += 1.5
        if step == "dropped":
            open_links.discard(subject)
        arguments = {"received": (subject, message), "opened": (subject,), "dropped": (subject, "reset"), "watch": (subject,)}
        out = getattr(protocol, step)(*arguments.get(step, ()), now)
        for each in out:
            match each:
                case Connect(link):
                    assert link not in open_links
                    open_links.add(link)
                case Close(link):
                    open_links.discard(link)
                case Send(link):
                    assert link in open_links
                case say.Stopped():
                    ends += 1
        assert ends <= 1
        assert not (protocol.ended and open_links)
