/**
 * Where the control plane's state lives: small interfaces with compare-and-set in the signature, and one sub-package for each
 * implementation. Implementations are safe for use by any thread and know nothing of what they keep beyond its key.
 *
 * <p>Every other package of the control plane may depend on these interfaces; none depends on an implementation.
 */
@NullMarked
package io.millrace.control.store;

import org.jspecify.annotations.NullMarked;
