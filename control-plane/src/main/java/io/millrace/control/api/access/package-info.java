/** Who may do what, as REST: tokens, who one is oneself, and the answers to those who may not. On worker threads. */
@NullMarked
package io.millrace.control.api.access;

import org.jspecify.annotations.NullMarked;
