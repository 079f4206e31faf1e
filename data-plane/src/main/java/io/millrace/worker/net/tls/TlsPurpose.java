package io.millrace.worker.net.tls;

/** What is spoken inside TLS; decides what ALPN offers. */
public enum TlsPurpose {
    /** HTTP/2 or HTTP/1.1, as the client likes. */
    HTTP,
    RTMP,
    RTSP
}
