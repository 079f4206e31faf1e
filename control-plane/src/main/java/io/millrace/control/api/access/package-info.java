/** Who may do what, as REST: tokens, keys that sign URLs, who one is oneself, and the answers to those who may not. On worker threads. */
@NullMarked
package io.millrace.control.api.access;

import org.jspecify.annotations.NullMarked;
