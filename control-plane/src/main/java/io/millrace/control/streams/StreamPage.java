package io.millrace.control.streams;

import io.millrace.model.StreamKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param next after which stream the next part begins; null when this is the last one
 */
public record StreamPage(List<StreamView> items, @Nullable StreamKey next) {}
