/**
 * SRS's HTTP callbacks: what origins say by themselves when publishers come and go. Runs on Quarkus's worker threads; never waits,
 * as the origin's client waits meanwhile. Nothing depends on this package.
 */
@NullMarked
package io.millrace.control.srs.hooks;

import org.jspecify.annotations.NullMarked;
