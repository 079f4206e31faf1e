package io.millrace.control.store.redis;

/** The server did not do what it was asked. The message says why, for operators, without any password. */
final class AwayException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    AwayException(String why) {
        super(shown(why), null, false, false);
    }

    /** One line, without the user and password that a client's own messages may hold in an address. */
    private static String shown(String why) {
        String line =
                why.replaceAll("://[^@/\\s]*@", "://").replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
