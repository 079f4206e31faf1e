package io.millrace.worker.admin.sessions;

/** What a client gets that asks to publish or play. */
public sealed interface Permission permits Permit, OpenResult.Refused {}
