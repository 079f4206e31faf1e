package io.millrace.worker.http;

/** Which of the worker's ports for HTTP. */
public enum HttpPort {
    /** PROXY_HTTP_SERVER, and HTTPS: media, playlists, files. */
    MEDIA,
    /** PROXY_HTTP_API. */
    API
}
