package dev.infill.servers;

import dev.infill.servers.process.ServerException;
import dev.infill.servers.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whom PostgreSQL runs as: it refuses to be root, which is what a container usually starts us as. */
final class ServerAccount {
    private static final List<String> NEW_USER_NAMESPACE = List.of("unshare", "-U");
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> prefix;
    private final boolean nobody;

    private ServerAccount(List<String> prefix, boolean nobody) {
        this.prefix = prefix;
        this.nobody = nobody;
    }

    static ServerAccount choose() {
        if (!isRoot()) {
            return new ServerAccount(List.of(), false);
        }
        // In a user namespace without a mapping root is nobody, yet goes on owning its files.
        if (works(NEW_USER_NAMESPACE)) {
            return new ServerAccount(NEW_USER_NAMESPACE, false);
        }
        if (works(AS_NOBODY)) {
            return new ServerAccount(AS_NOBODY, true);
        }
        throw new ServerException(
                "PostgreSQL does not run as root, and neither unshare nor setpriv works here: start this as another user");
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static boolean works(List<String> prefix) {
        var command = new ArrayList<>(prefix);
        command.add("true");
        return run(command);
    }

    private static boolean run(List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return Signal.exits(process, PATIENCE) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    List<String> command(String program, List<String> arguments) {
        var command = new ArrayList<>(prefix);
        command.add(program);
        command.addAll(arguments);
        return command;
    }

    /** Lets the server's account write there. */
    void own(Path path) {
        if (nobody && !run(List.of("chown", "-R", "nobody:nogroup", path.toString()))) {
            throw new ServerException("cannot give %s to the user nobody".formatted(path));
        }
    }
}
