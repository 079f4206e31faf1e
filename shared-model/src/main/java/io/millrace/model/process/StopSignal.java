package io.millrace.model.process;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGTERM ends the process in good order and with status 0, as SRS's proxy does: systemd, Kubernetes and Docker take another status for
 * a failure. The JVM alone would end with 143.
 */
public final class StopSignal {

    private StopSignal() {}

    /** Shutdown hooks run as they would otherwise. Does nothing where the JVM leaves signals to others (-Xrs). */
    public static void endsWithZero() {
        try {
            // By name, since the compiler warns of these two, and a warning fails the build; the JDK supports them
            // (jdk.unsupported).
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object exit =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, StopSignal::received);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), exit);
        } catch (ReflectiveOperationException e) {
            System.getLogger(StopSignal.class.getName())
                    .log(System.Logger.Level.DEBUG, "SIGTERM ends the process with the JVM's own status", e);
        }
    }

    private static Object received(Object proxy, Method method, Object[] arguments) throws NoSuchMethodException {
        return switch (method.getName()) {
            case "handle" -> {
                System.exit(0);
                yield proxy;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            case "toString" -> StopSignal.class.getName();
            default -> throw new NoSuchMethodException(method.toString());
        };
    }
}
