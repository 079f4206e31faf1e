package io.millrace.worker.hls.codec;

import java.util.List;

/** Playlists as origins write them, and the URIs in them. Drives parsing, rendering, cutting and fuzzing. */
enum HlsCase {
    SRS_MASTER("""
            #EXTM3U
            #EXT-X-STREAM-INF:BANDWIDTH=1,AVERAGE-BANDWIDTH=1
            /live/livestream.m3u8?hls_ctx=7i2m9x41
            """, "VARIANT /live/livestream.m3u8?hls_ctx=7i2m9x41"),
    SRS_MEDIA("""
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-MEDIA-SEQUENCE:64
            #EXT-X-TARGETDURATION:11
            #EXT-X-DISCONTINUITY
            #EXTINF:10.000, no desc
            livestream-64.ts?hls_ctx=7i2m9x41
            #EXTINF:10.005, no desc
            livestream-65.ts?hls_ctx=7i2m9x41
            """, "SEGMENT livestream-64.ts?hls_ctx=7i2m9x41", "SEGMENT livestream-65.ts?hls_ctx=7i2m9x41"),
    NGINX_RTMP("""
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-TARGETDURATION:1
            #EXT-X-DISCONTINUITY
            #EXTINF:1.000,
            s-0.ts
            #EXTINF:1.000,
            s-1.ts
            """, "SEGMENT s-0.ts", "SEGMENT s-1.ts"),
    NGINX_RTMP_NESTED("""
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-TARGETDURATION:1
            #EXTINF:1.000,
            0.ts
            """, "SEGMENT 0.ts"),
    NGINX_RTMP_VARIANTS("""
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH=160000
            s_low/index.m3u8
            #EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH=960000
            s_hi/index.m3u8
            """, "VARIANT s_low/index.m3u8", "VARIANT s_hi/index.m3u8"),
    RICH_MASTER(
            """
            #EXTM3U
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-CONTENT-STEERING:SERVER-URI="/steering?video=0,1",PATHWAY-ID="CDN-A"
            #EXT-X-SESSION-DATA:DATA-ID="com.example.lyrics",URI="lyrics.json"
            #EXT-X-SESSION-DATA:DATA-ID="com.example.title",LANGUAGE="en",VALUE="URI=\u00fcber, all"
            #EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://key65",KEYFORMAT="com.apple.streamingkeydelivery"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English, US",DEFAULT=YES, URI="http://cdn.example.com/a/en.m3u8?x=1,2"
            #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="EN",INSTREAM-ID="CC1"
            #EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="aac"
            # a comment between a tag and its line

            //cdn.example.com/low/index.m3u8
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="low/iframe.m3u8"
            #EXT-X-IMAGE-STREAM-INF:BANDWIDTH=10000,URI="thumbs.m3u8"
            #EXT-X-UNKNOWN:URI="stays.m3u8"
            """,
            "CONTENT_STEERING /steering?video=0,1",
            "SESSION_DATA lyrics.json",
            "SESSION_KEY skd://key65",
            "RENDITION http://cdn.example.com/a/en.m3u8?x=1,2",
            "VARIANT //cdn.example.com/low/index.m3u8",
            "I_FRAMES low/iframe.m3u8",
            "IMAGES thumbs.m3u8"),
    LOW_LATENCY(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:4
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0,CAN-SKIP-UNTIL=12.0
            #EXT-X-PART-INF:PART-TARGET=0.33334
            #EXT-X-MEDIA-SEQUENCE:266
            #EXT-X-SKIP:SKIPPED-SEGMENTS=3
            #EXT-X-MAP:URI="init.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2019-02-14T02:14:00.106Z
            #EXTINF:4.00008,
            fileSequence269.mp4
            #EXT-X-PART:DURATION=0.33334,URI="filePart271.0.mp4"
            #EXT-X-PART:DURATION=0.33334,URI="filePart271.1.mp4",INDEPENDENT=YES
            #EXTINF:4.00008,
            fileSequence270.mp4
            #EXT-X-PART:DURATION=0.33334,INDEPENDENT=YES,URI="filePart272.a.mp4"
            #EXT-X-PART:DURATION=0.33334,URI="filePart272.b.mp4",BYTERANGE="100@0"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="filePart272.c.mp4"
            #EXT-X-RENDITION-REPORT:URI="../1M/waitForMSN.php",LAST-MSN=273,LAST-PART=2
            #EXT-X-RENDITION-REPORT:URI="../4M/waitForMSN.php",LAST-MSN=273,LAST-PART=1
            """,
            "MAP init.mp4",
            "SEGMENT fileSequence269.mp4",
            "PART filePart271.0.mp4",
            "PART filePart271.1.mp4",
            "SEGMENT fileSequence270.mp4",
            "PART filePart272.a.mp4",
            "PART filePart272.b.mp4",
            "PRELOAD_HINT filePart272.c.mp4",
            "RENDITION_REPORT ../1M/waitForMSN.php",
            "RENDITION_REPORT ../4M/waitForMSN.php"),
    ENCRYPTED_VOD(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-PLAYLIST-TYPE:VOD
            #EXT-X-TARGETDURATION:6.006
            #EXT-X-KEY:METHOD=AES-128,URI="https://keys.example.com/k?id=1,2&t=%22",IV=0x1234
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="812@0"
            #EXTINF:6.006,a title, with "quotes"
            #EXT-X-BYTERANGE:1000@812
            /abs/main.mp4
            #EXT-X-KEY:METHOD=NONE
            #EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",KEYFORMAT="urn:uuid:edef8ba9"
            #EXT-X-DATERANGE:ID="ad1",CLASS="com.apple.hls.interstitial",X-ASSET-URI="ads/1.m3u8",X-RESUME-OFFSET=0
            #EXT-X-DATERANGE:ID="ad2",X-ASSET-LIST="ads.json?a=1,b"
            #EXTINF:6.006,
            main2.mp4
            #EXT-X-ENDLIST
            """,
            "KEY https://keys.example.com/k?id=1,2&t=%22",
            "MAP init.mp4",
            "SEGMENT /abs/main.mp4",
            "KEY data:text/plain;base64,AAAA",
            "ASSET ads/1.m3u8",
            "ASSET_LIST ads.json?a=1,b",
            "SEGMENT main2.mp4"),
    MARKED_AND_CRLF(
            "\uFEFF#EXTM3U\r\n#EXT-X-TARGETDURATION:2\r\n\r\n#EXTINF:2,\r\n sp ace.ts \t\r\n#EXTINF:2,\n\n#EXTINF:2,\r\nlast.ts",
            "SEGMENT sp ace.ts",
            "SEGMENT last.ts"),
    VARIABLES(
            """
            #EXTM3U
            #EXT-X-DEFINE:NAME="host",VALUE="http://cdn.example.com"
            #EXT-X-DEFINE:IMPORT="token"
            #EXT-X-TARGETDURATION:2
            #EXT-X-MAP:URI="{$host}/init.mp4"
            #EXTINF:2,
            {$host}/1.ts?t={$token}
            #EXTINF:2,
            {$/{$ho st}/2.ts
            """,
            "MAP http://cdn.example.com/init.mp4",
            "SEGMENT http://cdn.example.com/1.ts?t={$token}",
            "SEGMENT {$/{$ho st}/2.ts"),
    CARELESS("""
            #EXTM3U x-tvg-url="guide.xml"
            #EXT-X-TARGETDURATION: 2
            #EXT-X-KEY:METHOD=AES-128,URI=key.bin ,IV=0x1
            #EXT-X-MAP:URI=""
            #EXT-X-PREFETCH: next.ts
            #EXTINF:2
            1.ts""", "KEY key.bin", "PREFETCH next.ts", "SEGMENT 1.ts"),
    EMPTY("#EXTM3U");

    final String text;
    private final String uris;

    HlsCase(String text, String... uris) {
        this.text = text;
        this.uris = String.join("\n", uris);
    }

    /** @return role and URI of each place */
    List<String> uris() {
        return uris.lines().toList();
    }

    static List<String> texts() {
        return List.of(values()).stream().map(playlist -> playlist.text).toList();
    }
}
