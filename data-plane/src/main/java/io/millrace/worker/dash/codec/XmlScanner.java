package io.millrace.worker.dash.codec;

import java.util.Arrays;

/**
 * Steps through XML and says where in the text each thing stands, which the JDK's readers do not do reliably. Knows the XML that manifests
 * are written in: elements, attributes, text, CDATA; comments and processing instructions are passed by. Document types are
 * refused, and with them every entity that could grow. Elements must close as they opened, so that a cut manifest is noticed.
 */
final class XmlScanner {

    enum Token {
        /** A start tag; a matching {@link #END} follows, also after an empty-element tag. */
        START,
        END,
        TEXT,
        CDATA,
        END_OF_TEXT
    }

    private static final int MAX_DEPTH = 64;
    private static final int MAX_ATTRIBUTES = 256;

    private final String text;
    private final int[] openNames = new int[2 * MAX_DEPTH];
    private int[] attributes = new int[4 * 16];
    private int attributeCount;
    private int depth;
    private int at;
    private int start;
    private int end;
    private boolean emptyElement;
    private boolean rootSeen;

    XmlScanner(String text) {
        this.text = text;
        this.at = text.startsWith("\uFEFF") ? 1 : 0;
    }

    Token next() {
        if (emptyElement) {
            emptyElement = false;
            depth--;
            return Token.END;
        }
        while (at < text.length()) {
            if (text.charAt(at) != '<') {
                start = at;
                int tag = text.indexOf('<', at);
                end = tag < 0 ? text.length() : tag;
                at = end;
                if (depth > 0) {
                    return Token.TEXT;
                }
                if (XmlText.skipBlanks(text, start, end) < end) {
                    throw malformed(start, "text outside the root element");
                }
            } else if (text.startsWith("<!--", at)) {
                at = endOf("-->", at + 4);
            } else if (text.startsWith("<?", at)) {
                at = endOf("?>", at + 2);
            } else if (text.startsWith("<![CDATA[", at) && depth > 0) {
                start = at + 9;
                at = endOf("]]>", start);
                end = at - 3;
                return Token.CDATA;
            } else if (text.startsWith("<!", at)) {
                throw malformed(at, "a document type or another declaration");
            } else if (text.startsWith("</", at)) {
                closeElement();
                return Token.END;
            } else {
                openElement();
                return Token.START;
            }
        }
        if (depth > 0 || !rootSeen) {
            throw malformed(at, "ends before its root element does");
        }
        return Token.END_OF_TEXT;
    }

    /** @return how many elements are open, a starting one included, an ending one not */
    int depth() {
        return depth;
    }

    /** @return where the element's name, the text or the content of the CDATA section starts */
    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int attributeCount() {
        return attributeCount;
    }

    int attributeNameStart(int attribute) {
        return attributes[4 * attribute];
    }

    int attributeNameEnd(int attribute) {
        return attributes[4 * attribute + 1];
    }

    /** @return where the value starts, after its quote */
    int attributeStart(int attribute) {
        return attributes[4 * attribute + 2];
    }

    int attributeEnd(int attribute) {
        return attributes[4 * attribute + 3];
    }

    private void openElement() {
        if (depth == 0 && rootSeen) {
            throw malformed(at, "a second root element");
        }
        if (depth == MAX_DEPTH) {
            throw malformed(at, "elements nested deeper than " + MAX_DEPTH);
        }
        start = at + 1;
        end = nameEnd(start);
        openNames[2 * depth] = start;
        openNames[2 * depth + 1] = end;
        depth++;
        rootSeen = true;
        attributeCount = 0;
        at = end;
        while (true) {
            int next = XmlText.skipBlanks(text, at, text.length());
            if (next == text.length()) {
                throw malformed(start, "a tag without an end");
            }
            if (text.charAt(next) == '>') {
                at = next + 1;
                return;
            }
            if (text.startsWith("/>", next)) {
                at = next + 2;
                emptyElement = true;
                return;
            }
            if (next == at) {
                throw malformed(next, "no blank before an attribute");
            }
            readAttribute(next);
        }
    }

    private void readAttribute(int nameStart) {
        if (attributeCount == MAX_ATTRIBUTES) {
            throw malformed(nameStart, "more than " + MAX_ATTRIBUTES + " attributes");
        }
        int nameEnd = nameEnd(nameStart);
        int equals = XmlText.skipBlanks(text, nameEnd, text.length());
        int quote = equals == text.length() || text.charAt(equals) != '='
                ? text.length()
                : XmlText.skipBlanks(text, equals + 1, text.length());
        if (quote == text.length() || (text.charAt(quote) != '"' && text.charAt(quote) != '\'')) {
            throw malformed(nameStart, "an attribute without a quoted value");
        }
        int valueEnd = text.indexOf(text.charAt(quote), quote + 1);
        if (valueEnd < 0 || text.indexOf('<', quote + 1, valueEnd) >= 0) {
            throw malformed(nameStart, "an attribute without an end");
        }
        if (4 * attributeCount == attributes.length) {
            attributes = Arrays.copyOf(attributes, 2 * attributes.length);
        }
        attributes[4 * attributeCount] = nameStart;
        attributes[4 * attributeCount + 1] = nameEnd;
        attributes[4 * attributeCount + 2] = quote + 1;
        attributes[4 * attributeCount + 3] = valueEnd;
        attributeCount++;
        at = valueEnd + 1;
    }

    private void closeElement() {
        start = at + 2;
        end = nameEnd(start);
        int close = XmlText.skipBlanks(text, end, text.length());
        if (close == text.length() || text.charAt(close) != '>') {
            throw malformed(start, "an end tag without an end");
        }
        int openStart = depth == 0 ? 0 : openNames[2 * depth - 2];
        int openEnd = depth == 0 ? 0 : openNames[2 * depth - 1];
        if (openEnd - openStart != end - start || !text.regionMatches(start, text, openStart, end - start)) {
            throw malformed(start, "an end tag of another element");
        }
        depth--;
        at = close + 1;
    }

    private int nameEnd(int from) {
        int nameEnd = XmlText.skip(text, from, text.length(), XmlScanner::isOfName);
        if (nameEnd == from || isDigitOrSign(text.charAt(from))) {
            throw malformed(from, "no name where one must be");
        }
        return nameEnd;
    }

    private int endOf(String mark, int from) {
        int found = text.indexOf(mark, from);
        if (found < 0) {
            throw malformed(from, "no " + mark + " to the end");
        }
        return found + mark.length();
    }

    private static boolean isOfName(int c) {
        return c >= 0x80
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == ':'
                || c == '_'
                || isDigitOrSign((char) c);
    }

    private static boolean isDigitOrSign(char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '.';
    }

    private static MpdFormatException malformed(int offset, String what) {
        return new MpdFormatException("offset " + offset + ": " + what);
    }
}
