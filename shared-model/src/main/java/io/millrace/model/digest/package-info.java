/** SHA-256 of texts and bytes. Pure; any thread. Both planes use it. */
@NullMarked
package io.millrace.model.digest;

import org.jspecify.annotations.NullMarked;
