package io.millrace.worker.http.uri;

/**
 * RFC 3986 section 5.2.4 in one pass. An encoded dot counts as a dot, as it does in browsers: a player would ask for the shorter path,
 * and checks of a path must see the same one.
 */
final class DotSegments {

    private DotSegments() {}

    static String removed(String path) {
        if (path.indexOf('.') < 0 && !hasEncodedDot(path, 0, path.length())) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        boolean absolute = path.startsWith("/");
        int at = 0;
        if (absolute) {
            out.append('/');
            at = 1;
        }
        int root = at;
        while (at <= path.length()) {
            int slash = path.indexOf('/', at);
            boolean last = slash < 0;
            int end = last ? path.length() : slash;
            switch (dots(path, at, end)) {
                case 1 -> {}
                case 2 -> up(out, root);
                default -> {
                    out.append(path, at, end);
                    if (!last) {
                        out.append('/');
                    }
                }
            }
            at = end + 1;
        }
        return out.toString();
    }

    /** Cuts the last segment off; {@code out} ends with a slash or is at its root. */
    private static void up(StringBuilder out, int root) {
        if (out.length() > root) {
            int slash = out.lastIndexOf("/", out.length() - 2);
            out.setLength(Math.max(slash + 1, root));
        }
    }

    /** @return 1 or 2 where the segment consists of so many dots, else 0 */
    private static int dots(String path, int start, int end) {
        int count = 0;
        int at = start;
        while (at < end) {
            if (path.charAt(at) == '.') {
                at++;
            } else if (isEncodedDot(path, at, end)) {
                at += 3;
            } else {
                return 0;
            }
            if (++count > 2) {
                return 0;
            }
        }
        return count;
    }

    private static boolean hasEncodedDot(String path, int start, int end) {
        for (int at = path.indexOf('%', start, end); at >= 0; at = path.indexOf('%', at + 1, end)) {
            if (isEncodedDot(path, at, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEncodedDot(String path, int at, int end) {
        return at + 3 <= end
                && path.charAt(at) == '%'
                && path.charAt(at + 1) == '2'
                && (path.charAt(at + 2) == 'e' || path.charAt(at + 2) == 'E');
    }
}
