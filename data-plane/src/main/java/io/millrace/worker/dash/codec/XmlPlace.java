package io.millrace.worker.dash.codec;

import java.util.HexFormat;

/** Where in XML a text stands, and so how it must be written there. */
public enum XmlPlace {
    TEXT,
    CDATA,
    DOUBLE_QUOTED,
    SINGLE_QUOTED;

    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    /** Writes a URI so that it reads back as itself. XML cannot hold control characters: they are percent-encoded. */
    void write(String uri, StringBuilder out) {
        int written = 0;
        for (int at = 0; at < uri.length(); at++) {
            char c = uri.charAt(at);
            String instead = instead(c, uri, at);
            if (!instead.isEmpty()) {
                out.append(uri, written, at).append(instead);
                written = at + 1;
            }
        }
        out.append(uri, written, uri.length());
    }

    /** @return what stands for the character here, empty for itself */
    private String instead(char c, String uri, int at) {
        if (c < ' ' || c == 0x7f) {
            return "%" + UPPER_HEX.toHexDigits((byte) c);
        }
        if (this == CDATA) {
            // The one text that ends such a section; it goes on in a second one.
            return c == '>' && uri.startsWith("]]", at - 2) ? "]]><![CDATA[>" : "";
        }
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> this == DOUBLE_QUOTED ? "&quot;" : "";
            case '\'' -> this == SINGLE_QUOTED ? "&apos;" : "";
            default -> "";
        };
    }
}
