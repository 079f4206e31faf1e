package io.millrace.worker.admin.sessions;

/** Makes text of a peer fit for one log line. */
public final class LogText {

    private static final int MAX_LENGTH = 300;

    private LogText() {}

    /** In quotes, shortened, without the characters that would end the line or the quotes. */
    public static String quoted(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 2).append('"');
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? '.' : c == '"' ? '\'' : c);
        }
        return line.append(text.length() > MAX_LENGTH ? "...\"" : "\"").toString();
    }
}
