package io.millrace.control.store;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores that fail every call that may wait while the calling thread holds a lock of the control plane. Counts the others. */
public final class LockChecks {

    private static final Set<String> MAY_WAIT = Set.of("ask", "compareAndSet", "remove", "versionsAbove");

    private final AtomicInteger passed = new AtomicInteger();

    /** How many calls that may wait were made without a lock. */
    public int passed() {
        return passed.get();
    }

    @SuppressWarnings("unchecked")
    public <K extends Comparable<K>, V> KeyedStore<K, V> of(KeyedStore<K, V> store) {
        return (KeyedStore<K, V>) Proxy.newProxyInstance(
                KeyedStore.class.getClassLoader(), new Class<?>[] {KeyedStore.class}, (proxy, method, arguments) -> {
                    if (MAY_WAIT.contains(method.getName())) {
                        requireNoLock();
                        passed.incrementAndGet();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void requireNoLock() {
        long[] self = {Thread.currentThread().threadId()};
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(self, true, true)[0];
        for (MonitorInfo monitor : info.getLockedMonitors()) {
            StackTraceElement holder = monitor.getLockedStackFrame();
            if (holder.getClassName().startsWith("io.millrace.control.")) {
                throw new AssertionError("a monitor is held across a call to the store: " + holder);
            }
        }
        for (LockInfo lock : info.getLockedSynchronizers()) {
            if (lock.getClassName().startsWith("java.util.concurrent.locks.")) {
                throw new AssertionError("a lock is held across a call to the store: " + lock);
            }
        }
    }
}
