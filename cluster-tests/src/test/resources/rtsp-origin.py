#!/usr/bin/python3
"""An RTSP server made of GStreamer's: test pictures and a tone to play, and places to record to. Says port=NUMBER when it listens."""

import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

PICTURES = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1"
    " ! vp8enc deadline=1 cpu-used=8 keyframe-max-dist=25 ! rtpvp8pay name=pay0 pt=96"
    " audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay1 pt=0 )"
)
RECORDER = (
    "( rtph264depay name=depay0 ! video/x-h264,stream-format=byte-stream,alignment=au"
    " ! filesink location={0} buffer-mode=unbuffered sync=false rtpmp4gdepay name=depay1 ! fakesink sync=false )"
)
ROLE = "user"


def permit(factory):
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role(ROLE)
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role(ROLE, permission, True)
    factory.set_permissions(permissions)


def authentication(method, user, password):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if method == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", action="append", default=[], help="a path that plays, like /live/cam")
    parser.add_argument("--record", action="append", default=[], help="PATH=FILE: what is recorded to the path goes there")
    parser.add_argument("--auth", help="METHOD:USER:PASSWORD, the method being basic or digest")
    arguments = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    mounts = server.get_mount_points()
    factories = {}
    for path in arguments.play:
        factories[path] = GstRtspServer.RTSPMediaFactory()
        factories[path].set_launch(PICTURES)
        factories[path].set_shared(True)
    for place in arguments.record:
        path, file = place.split("=", 1)
        factories[path] = GstRtspServer.RTSPMediaFactory()
        factories[path].set_launch(RECORDER.format(file))
        factories[path].set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
    for path, factory in factories.items():
        if arguments.auth:
            permit(factory)
        mounts.add_factory(path, factory)
    if arguments.auth:
        server.set_auth(authentication(*arguments.auth.split(":")))
    server.connect("client-connected", lambda _, client: client.connect(
        "teardown-request", lambda _, context: print("teardown " + context.uri.abspath, flush=True)))
    server.attach(None)
    print(f"port={server.get_bound_port()}", flush=True)
    GLib.MainLoop().run()


main()
