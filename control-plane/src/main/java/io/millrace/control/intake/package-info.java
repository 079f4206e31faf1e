/**
 * What comes in at the port of the REST API, before any resource sees it: how long a body may be, how long it may take, how many bytes of
 * bodies and how many connections there may be at once. On Vert.x event loops; nothing here blocks. Nothing depends on this package.
 */
@NullMarked
package io.millrace.control.intake;

import org.jspecify.annotations.NullMarked;
