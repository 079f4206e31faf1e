/** What stores keep on the disk of one control plane: whole files, each used by one process. */
@NullMarked
package io.millrace.control.store.file;

import org.jspecify.annotations.NullMarked;
