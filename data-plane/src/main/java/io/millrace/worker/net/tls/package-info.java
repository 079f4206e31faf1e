/**
 * TLS towards clients: certificates from PEM files, the choice among them by server name, their renewal while the worker runs, and
 * the stage that goes in front of a protocol in a pipeline. Handshakes run on the loop of their connection, the watch over the
 * files on a thread of its own. Knows no protocol; listeners use it.
 */
@NullMarked
package io.millrace.worker.net.tls;

import org.jspecify.annotations.NullMarked;
