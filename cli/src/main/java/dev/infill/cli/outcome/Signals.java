package dev.infill.cli.outcome;

import java.lang.reflect.Proxy;

/**
 * Hears signals, by reflection: a shutdown hook can neither tell them apart nor choose the exit code, and the compiler warns
 * about the class that can.
 */
final class Signals {
    private Signals() {}

    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listener = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM can't listen to the signal " + name, e);
        }
    }
}
