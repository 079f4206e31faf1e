#!/usr/bin/env bash
# packages.sh build|player|demo|test: makes sure that what building or testing needs from the system is there. Installs it where we are
# root on a Debian-like system, else names what is missing in one line and fails.
set -euo pipefail

# One line per Debian package: the package, then a program or file that shows that it is there.
packages_of() {
    local lib
    lib=/usr/lib/$(uname -m)-linux-gnu
    case $1 in
        build)
            echo maven mvn
            ;;
        player)
            echo npm npm
            ;;
        demo)
            echo ffmpeg ffmpeg
            echo nginx nginx
            echo libnginx-mod-rtmp /usr/lib/nginx/modules/ngx_rtmp_module.so
            ;;
        test)
            packages_of demo
            echo srt-tools srt-live-transmit
            echo libnginx-mod-stream /usr/lib/nginx/modules/ngx_stream_module.so
            echo haproxy haproxy
            # Brings with it all that the WebRTC library of the tests' origin is linked to.
            echo chromium chromium
            echo chromium-driver chromedriver
            echo gir1.2-gst-rtsp-server-1.0 "$lib/girepository-1.0/GstRtspServer-1.0.typelib"
            echo gstreamer1.0-plugins-base "$lib/gstreamer-1.0/libgstvideotestsrc.so"
            echo gstreamer1.0-plugins-good "$lib/gstreamer-1.0/libgstrtpmanager.so"
            echo python3-gi /usr/lib/python3/dist-packages/gi/__init__.py
            echo redis-server redis-server
            echo redis-tools redis-cli
            echo redis-sentinel redis-sentinel
            echo procps ps
            echo libfaketime "$lib/faketime/libfaketimeMT.so.1"
            echo curl curl
            ;;
        *)
            echo "usage: packages.sh build|player|demo|test" >&2
            exit 2
            ;;
    esac
}

present() {
    case $1 in
        /*) [ -e "$1" ] ;;
        # Daemons live in sbin, which is not on every user's PATH.
        *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
    esac
}

wanted=$(packages_of "${1:-}")
missing=()
while read -r package sign; do
    present "$sign" || missing+=("$package")
done <<<"$wanted"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "millrace: missing system packages: ${missing[*]} (on Debian: sudo apt-get install ${missing[*]})" >&2
    exit 1
fi

echo "millrace: installing ${missing[*]}" >&2
# Debian starts a daemon when it installs it. We want the programs, not the services: while this file exists nothing is
# started. One that was there before is somebody's own choice and stays.
policy=/usr/sbin/policy-rc.d
mark="# written by Millrace's scripts/packages.sh for the time of one install"
if [ ! -e "$policy" ] || grep -qF "$mark" "$policy"; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "millrace: could not install ${missing[*]}: apt-get's last words are above" >&2
    exit 1
fi
rm -f "$log"

still=()
while read -r package sign; do
    present "$sign" || still+=("$package")
done <<<"$wanted"
if [ ${#still[@]} -gt 0 ]; then
    echo "millrace: apt-get succeeded, but these packages brought nothing we can find: ${still[*]}" >&2
    exit 1
fi
