/**
 * Whether clients may publish and play, by what the rules of the table want them to show: a signed URL, a JSON web token, or the consent of a web
 * service. Asked on the event loops of clients; what has to be fetched is fetched elsewhere. Only the wiring uses it; the protocols ask {@code
 * admin.sessions}.
 */
@NullMarked
package io.millrace.worker.access.authorize;

import org.jspecify.annotations.NullMarked;
