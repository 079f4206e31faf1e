package io.millrace.control.api.access;

import io.millrace.control.api.QuickWindow;

/** A control plane of their own for tests that are refused often: in the audit they would leave no place for refusals of other tests. */
public final class ManyRefusals extends QuickWindow {}
