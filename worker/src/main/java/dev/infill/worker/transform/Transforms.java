package dev.infill.worker.transform;

import dev.infill.protocol.Migration.Fill;
import dev.infill.protocol.Migration.Keep;
import dev.infill.transform.Transform;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The transforms of a worker's jars; each is made when it is first asked for. */
public final class Transforms {
    private final ClassLoader classes;
    private final Map<String, Transform> made = new ConcurrentHashMap<>();

    /**
     * Those in these jars or folders, and in the worker's own class path.
     *
     * @throws IllegalArgumentException if one of them can't be named by a URL
     */
    public Transforms(List<Path> jars) {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            try {
                urls.add(jar.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException("no URL leads to " + jar, e);
            }
        }
        this.classes = new URLClassLoader("transforms", urls.toArray(URL[]::new), Transform.class.getClassLoader());
    }

    /**
     * The code that computes a column.
     *
     * @throws TransformUnavailableException if it is not there, can't be made, or does not keep what the migration promises
     */
    public Transform of(Fill fill) {
        String name = Objects.requireNonNull(fill.transform()).implementation();
        Transform transform = made.computeIfAbsent(name, this::make);
        if (fill.keep() == Keep.DERIVED && !transform.isDeterministic()) {
            throw new TransformUnavailableException("the transform " + name
                    + " is not deterministic, so its column can't be verified; let the migration say keep: once");
        }
        return transform;
    }

    private Transform make(String name) {
        try {
            return classes.loadClass(name)
                    .asSubclass(Transform.class)
                    .getConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            throw new TransformUnavailableException(
                    "a worker has no class " + name + "; give every worker the transform's jar, then resume");
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            // Not its message: that is the application's, and may speak of keys.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new TransformUnavailableException("a worker can't make the transform " + name + " ("
                    + cause.getClass().getName() + "); it needs a public constructor without parameters that succeeds");
        }
    }
}
