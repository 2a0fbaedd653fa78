"""Plays a person at the dashboard for half a minute: looks at the live session, uploads a picture, has a recording analysed.

    python tests/person_at_dashboard.py FOLDER

FOLDER has what the dashboard prints (``dashboard.out``), ``picture.png`` and ``recording.avi``. Exits with 0 when all of it was
done and every answer had a face.
"""

import json
import re
import sys
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

SECONDS: Final = 35
"""Longer than any collector that was met has waited before its first report (onnxruntime 1.32: 9 s)."""
ADDRESS: Final = re.compile(r"(http://[\d.:]+)(/\S*)?")
FORM: Final = b'--limit\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n%b\r\n--limit--\r\n'


class Dashboard:
    """Asks a dashboard as a browser does, with its cookies."""

    def __init__(self, printed: Path) -> None:
        while not (found := ADDRESS.search(printed.read_text())):
            time.sleep(0.1)
        self.address = found[1]
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.asked(found[2] or "/")

    def asked(self, path: str, sent: bytes | None = None, headers: Mapping[str, str] | None = None) -> str:
        """What is answered; something is posted if it is given. HTTPError for what is refused."""
        request = Request(self.address + path, sent, dict(headers or {}))  # noqa: S310 - the address is our own
        with self._opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def watch_until(self, moment: float) -> int:
        """Follow the live connection, as a page without WebSocket does, and count the messages with a face in them."""
        path = "/socket.io/?EIO=4&transport=polling"
        path += "&sid=" + json.loads(self.asked(path).lstrip("0"))["sid"]
        self.asked(path, b"40", {"Content-Type": "text/plain"})
        faces = 0
        while not faces or time.monotonic() < moment:
            told = self.asked(path)
            faces += bool(re.search(r'"faces":\s*\[\{', told))
            if "2" in told.split("\x1e"):
                self.asked(path, b"3", {"Content-Type": "text/plain"})
        return faces


def main(folder: Path) -> None:
    """As the module says."""
    end = time.monotonic() + SECONDS
    dashboard = Dashboard(folder / "dashboard.out")
    form = FORM % (folder / "picture.png").read_bytes()
    told = json.loads(dashboard.asked("/api/picture", form, {"Content-Type": "multipart/form-data; boundary=limit"}))
    assert len(told["faces"]) == 1, told
    wanted = urlencode({"path": str(folder / "recording.avi"), "hz": "2", "faces": "own"}).encode()
    dashboard.asked("/api/recordings", wanted, {"Content-Type": "application/x-www-form-urlencoded"})
    assert dashboard.watch_until(end) > 1
    (job,) = json.loads(dashboard.asked("/api/recordings"))["jobs"]
    assert job["kind"] == "done", job
    assert "Mien" in dashboard.asked("/history/recordings")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
