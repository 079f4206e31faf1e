package io.millrace.worker.dash.codec;

/**
 * A place in a manifest where a URI stands.
 *
 * @param index its number among the manifest's URIs, from 0
 * @param uri as a player reads it: entities are resolved, blanks around it are gone
 * @param template may hold {@code $Number%05d$}, {@code $Time$}, {@code $RepresentationID$} and their like, and {@code $$} for a dollar
 *     sign; what is added to it needs {@link Mpd#asTemplate}
 * @param level the number of the level whose base URLs hold for it, or -1 where none do
 * @param start where it starts in the text
 * @param end where it ends in the text
 */
public record MpdUri(
        int index, MpdRole role, String uri, boolean template, int level, XmlPlace place, int start, int end) {}
