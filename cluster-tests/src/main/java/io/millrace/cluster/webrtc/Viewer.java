package io.millrace.cluster.webrtc;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.List;

/**
 * What one viewer gets: the pictures of the publisher, and sound packets without sound. The stack records silence where there is
 * no sound card and sends it to every sender, so that a second source of sound for them would race with it.
 */
final class Viewer {

    private final Peer peer;
    // Native, and the stack refers to them until the end of the process: not disposed of.
    private final CustomVideoSource pictures = new CustomVideoSource();
    private final VideoTrack video;
    private final AudioTrack audio;

    Viewer(PeerConnectionFactory factory, Peer peer) {
        this.peer = peer;
        video = factory.createVideoTrack("video", pictures);
        audio = factory.createAudioTrack("audio", factory.createAudioSource(new AudioOptions()));
    }

    Peer peer() {
        return peer;
    }

    List<MediaStreamTrack> tracks() {
        return List.of(audio, video);
    }

    void show(VideoFrame frame) {
        pictures.pushFrame(frame);
    }
}
