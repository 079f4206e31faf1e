package io.millrace.worker.http.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which streams a path may belong to, for requests without a token. A piece lies beside its playlist and has the stream's name with
 * something behind it ({@code /live/cam-12.ts}, {@code /live/cam_720p-12.m4s}), or lies in a folder of the stream's name, perhaps with a
 * rendition ({@code /live/cam/12.m4s}, {@code /live/cam/720p/12.m4s}, {@code /live/cam_720p/12.ts}).
 *
 * <p>In this order: the name as it is, the name cut at each {@code -}, {@code _} and {@code .} from its end, the folders from the
 * innermost outwards, each again as it is and cut. A stream needs an app, so the first segment of a path is never the stream.
 */
public final class PathRule {

    private static final int MAX_CANDIDATES = 16;
    private static final String CUTS = "-_.";

    private PathRule() {}

    /** Paths without extension, as a playlist's path has them: {@code /live/cam}. Most likely first. */
    public static List<String> candidates(String path) {
        Set<String> found = new LinkedHashSet<>();
        int slash = path.lastIndexOf('/');
        String folder = path.substring(0, Math.max(slash, 0));
        String name = withoutExtension(path.substring(slash + 1));
        while (folder.length() > 1 && found.size() < MAX_CANDIDATES) {
            addWithCuts(folder, name, found);
            slash = folder.lastIndexOf('/');
            name = folder.substring(slash + 1);
            folder = folder.substring(0, Math.max(slash, 0));
        }
        List<String> list = new ArrayList<>(found);
        return list.size() > MAX_CANDIDATES ? list.subList(0, MAX_CANDIDATES) : list;
    }

    private static void addWithCuts(String folder, String name, Set<String> found) {
        if (!name.isEmpty()) {
            found.add(folder + "/" + name);
        }
        for (int at = name.length() - 1; at > 0; at--) {
            if (CUTS.indexOf(name.charAt(at)) >= 0) {
                found.add(folder + "/" + name.substring(0, at));
            }
        }
    }

    /**
     * Which stream to ask for where none of the candidates is known, most likely first and never many, since asking makes a binding:
     * the name without its numbers at the end, then the folder. A name of numbers alone leaves the folder.
     */
    public static List<String> guesses(String path) {
        int slash = path.lastIndexOf('/');
        String folder = path.substring(0, Math.max(slash, 0));
        String name = withoutExtension(path.substring(slash + 1));
        int end = name.length();
        while (end > 0 && (Character.isDigit(name.charAt(end - 1)) || CUTS.indexOf(name.charAt(end - 1)) >= 0)) {
            end--;
        }
        List<String> found = new ArrayList<>(2);
        if (end > 0 && folder.length() > 1) {
            found.add(folder + "/" + (isNumbered(name, end) ? name.substring(0, end) : name));
        }
        if (folder.lastIndexOf('/') > 0) {
            found.add(folder);
        }
        return found;
    }

    /** {@code cam-12} is a numbered cam, {@code cam12} is a name. */
    private static boolean isNumbered(String name, int end) {
        return end < name.length() && CUTS.indexOf(name.charAt(end)) >= 0;
    }

    /** The last segment of a path without what follows its last dot. */
    public static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    /** What follows the last dot of the last segment, in lower case; empty where there is none. */
    public static String extension(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? path.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
    }
}
