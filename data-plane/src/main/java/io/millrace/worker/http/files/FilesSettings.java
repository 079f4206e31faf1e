package io.millrace.worker.http.files;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is served.
 *
 * @param folder PROXY_STATIC_FILES; empty for the built-in page
 */
public record FilesSettings(Optional<Path> folder) {}
