package io.millrace.worker.dash.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Manifests as origins write them (those of nginx-rtmp and ffmpeg are their very output), and the URIs in them. Drives parsing, rendering,
 * cutting and fuzzing.
 */
enum MpdCase {
    NGINX_RTMP(
            file("nginx-rtmp"),
            "MEDIA s-$Time$.m4v",
            "INITIALIZATION s-init.m4v",
            "MEDIA s-$Time$.m4a",
            "INITIALIZATION s-init.m4a"),
    FFMPEG_TIMELINE(
            file("ffmpeg-timeline"),
            "INITIALIZATION init-stream$RepresentationID$.m4s",
            "MEDIA chunk-stream$RepresentationID$-$Number%05d$.m4s",
            "INITIALIZATION init-stream$RepresentationID$.m4s",
            "MEDIA chunk-stream$RepresentationID$-$Number%05d$.m4s"),
    FFMPEG_NUMBER(
            file("ffmpeg-number-low-latency"),
            "INITIALIZATION init-stream$RepresentationID$.m4s",
            "MEDIA chunk-stream$RepresentationID$-$Number%05d$.m4s",
            "UTC_TIMING https://time.akamai.com/?iso"),
    FFMPEG_SINGLE_FILE(file("ffmpeg-single-file"), "BASE_URL o-stream0.mp4"),
    MULTI_PERIOD(
            file("multi-period"),
            "LOCATION https://live.example.com/a/manifest.mpd?s=1&t=2",
            "PATCH_LOCATION patch.mpp?publishTime=2026",
            "BASE_URL https://a.example.com/live/",
            "BASE_URL https://b.example.com/live/?a=1&b=2",
            "BASE_URL p1/",
            "XLINK events.xml",
            "MEDIA $RepresentationID$/$Bandwidth$/$Number%05d$.m4s?a=1&b=\"$$$\"",
            "INITIALIZATION $RepresentationID$/init.mp4",
            "BITSTREAM_SWITCHING /abs/bs.mp4",
            "BASE_URL v1/",
            "MEDIA v2-$Time$.m4s",
            "BASE_URL ../v2/",
            "XLINK urn:mpeg:dash:resolve-to-zero:2013",
            "INITIALIZATION http://c.example.com/init.mp4",
            "INDEX idx.mp4",
            "BITSTREAM_SWITCHING bs.mp4",
            "INDEX 1.idx",
            "MEDIA 1.m4s",
            "UTC_TIMING https://time.example.com/?iso",
            "UTC_TIMING /time"),
    MARKED_AND_CRLF(
            "\uFEFF<?xml version=\"1.0\"?>\r\n<MPD>\r\n\t<BaseURL>\r\n\ta/\r\n</BaseURL>\r\n</MPD>\r\n", "BASE_URL a/"),
    SECTIONS(
            "<MPD><BaseURL> <![CDATA[ <![CDATA[a&amp;]]><![CDATA[b]]>&#99; </BaseURL><Location><![CDATA[ x ]]></Location></MPD>",
            "BASE_URL <![CDATA[a&amp;bc",
            "LOCATION x"),
    ORDER(
            "<MPD xmlns:xlink='http://www.w3.org/1999/xlink'><Period><SegmentTemplate xlink:href='a' media='b' other:href='c'/></Period></MPD>",
            "XLINK a",
            "MEDIA b");

    final String text;
    private final String uris;

    MpdCase(String text, String... uris) {
        this.text = text;
        this.uris = String.join("\n", uris);
    }

    /** @return role and URI of each place */
    List<String> uris() {
        return uris.lines().toList();
    }

    static List<String> texts() {
        return List.of(values()).stream().map(manifest -> manifest.text).toList();
    }

    private static String file(String name) {
        try (InputStream in = MpdCase.class.getResourceAsStream("/mpd/" + name + ".mpd")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
