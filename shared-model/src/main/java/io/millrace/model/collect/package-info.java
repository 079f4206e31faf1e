/** Collections with a bound that both planes use. Any thread; uses nothing else. */
@NullMarked
package io.millrace.model.collect;

import org.jspecify.annotations.NullMarked;
