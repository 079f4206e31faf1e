package io.millrace.worker.dash.codec;

/**
 * The content of an element that holds a URI, gathered from its texts and CDATA sections. Where it comes in several pieces, with a
 * comment between them for one, the whole stretch is the URI's place.
 */
final class Content {

    private static final String CDATA_OPENS = "<![CDATA[";
    private static final String CDATA_CLOSES = "]]>";

    private final String text;
    private final StringBuilder value = new StringBuilder();
    private XmlPlace place = XmlPlace.TEXT;
    private int pieces;
    private int stretchStart;
    private int start;
    private int end;

    Content(String text) {
        this.text = text;
    }

    void addText(int from, int to) {
        int first = XmlText.skipBlanks(text, from, to);
        if (first < to) {
            value.append(XmlText.decoded(text, from, to));
            int last = XmlText.withoutBlanksAtEnd(text, first, to);
            extend(XmlPlace.TEXT, first, last, first, last);
        }
    }

    void addCdata(int from, int to) {
        int first = XmlText.skipBlanks(text, from, to);
        if (first < to) {
            value.append(XmlText.literal(text, from, to));
            int last = XmlText.withoutBlanksAtEnd(text, first, to);
            extend(XmlPlace.CDATA, first, last, from - CDATA_OPENS.length(), to + CDATA_CLOSES.length());
        }
    }

    /** @return without the blanks around it; empty where there is none */
    String uri() {
        return value.toString().trim();
    }

    XmlPlace place() {
        return place;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    private void extend(XmlPlace piece, int innerStart, int innerEnd, int outerStart, int outerEnd) {
        if (pieces == 0) {
            place = piece;
            start = innerStart;
            end = innerEnd;
            stretchStart = outerStart;
        } else {
            // Plain text from here on: the marks of a section at either end go with what they enclose.
            place = XmlPlace.TEXT;
            start = stretchStart;
            end = outerEnd;
        }
        pieces++;
    }
}
