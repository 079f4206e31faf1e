/**
 * Who may publish and play what, as far as workers decide it: what clients must show, bans, and limits of vhosts. Immutable records; uses the model's root and
 * {@code address}.
 */
@NullMarked
package io.millrace.model.access;

import org.jspecify.annotations.NullMarked;
