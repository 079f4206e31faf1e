/**
 * SRS's HTTP API, answered for the whole cluster: what every origin says, with ids that are unique, and what workers say where
 * an origin has no such API. Requests run on Quarkus's worker threads, one virtual thread for each origin that is asked.
 * Nothing depends on this package.
 */
@NullMarked
package io.millrace.control.srs.cluster;

import org.jspecify.annotations.NullMarked;
