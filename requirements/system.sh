#!/bin/sh
# See to what pip cannot install: shared libraries, Python's own venv, and, with the argument `test`, what tests run.
# Debian and its kin: as root installs what is missing; anybody else is told the one command that does.
set -eu

PYTHON=${PYTHON:-python3}
missing=""

have_library() { "$ldconfig" -p | grep -q "$1"; }
have_program() { command -v "$1" >/dev/null; }
want() { missing="$missing $1"; }

# An environment that exists is proof enough of its Python, and starting one takes longer than all the rest.
if [ ! -x .venv/bin/python ]; then
    if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "Mien needs Python 3.11 or later, and '$PYTHON' is not it. Name another: make PYTHON=python3.12" >&2
        exit 3
    fi
    # Debian keeps ensurepip, which a virtual environment needs, in a package of its own.
    "$PYTHON" -c 'import ensurepip' 2>/dev/null || want python3-venv
fi

# macOS brings the rest along.
[ "$(uname -s)" = Linux ] || exit 0

# An ordinary user's PATH may lack it.
ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
have_library libGL.so.1 || want libgl1                # OpenCV
have_library libgthread-2.0.so.0 || want libglib2.0-0 # OpenCV
have_library libEGL.so.1 || want libegl1              # MediaPipe
have_library libGLESv2.so.2 || want libgles2          # MediaPipe

if [ "${1:-}" = test ]; then
    have_program chromium-headless-shell || have_program chromium || want chromium-headless-shell
    have_program git || want git       # lists what is committed
    # Debian keeps its programs off the PATH.
    have_program initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want postgresql
    have_program strace || want strace # with a network namespace, watches that nothing leaves the machine
    have_program ip || [ -x /sbin/ip ] || want iproute2
    # Without it the browser, like pictures drawn by the tests, shows boxes for faces.
    [ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || want fonts-noto-color-emoji
fi

[ -n "$missing" ] || exit 0

if ! have_program apt-get; then
    echo "Mien needs these (as Debian calls them) from your system's packages:$missing" >&2
    exit 3
elif [ "$(id -u)" != 0 ]; then
    echo "Mien needs some system packages. Run this, then try again:" >&2
    echo "  sudo apt-get install$missing" >&2
    exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -q update
# Debian's headless shell is lighter; where it is not packaged, the whole browser does.
apt-cache show chromium-headless-shell >/dev/null 2>&1 || missing=$(echo "$missing" | sed 's/chromium-headless-shell/chromium/')
# shellcheck disable=SC2086  # one word a package
apt-get -q install -y --no-install-recommends $missing </dev/null
