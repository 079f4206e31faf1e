package io.millrace.worker.http.origin;

import io.millrace.model.wire.OriginObservation.Failure;

/** An origin could not be asked, or did not answer to the end. */
public record OriginFailure(Failure failure, String detail) {}
