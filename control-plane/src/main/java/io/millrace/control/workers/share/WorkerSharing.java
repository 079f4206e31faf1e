package io.millrace.control.workers.share;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreStatus;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What control planes share workers with.
 *
 * @param reportsLosses whether this control plane tells of a worker that was lost together with the control plane that it reported
 *     to; one of those that share the store should
 */
public record WorkerSharing(
        KeyedStore<String, WorkerShare> store, Supplier<StoreStatus> status, BooleanSupplier reportsLosses) {}
