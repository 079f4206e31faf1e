/**
 * What a caller is told: an invalid field, an unknown item, a conflict. Values; every package may depend on it, it depends on none.
 */
@NullMarked
package io.millrace.control.errors;

import org.jspecify.annotations.NullMarked;
