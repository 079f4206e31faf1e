/**
 * HTTPS for the REST API beside its plain port: where it listens, with which certificate, and the renewal of it while the process runs. Quarkus
 * opens the listener; the files are checked on a thread of the jobs. Only {@code intake} may depend on it.
 */
@NullMarked
package io.millrace.control.intake.https;

import org.jspecify.annotations.NullMarked;
