package dev.infill.cli.config;

/**
 * Where a part answers over HTTP.
 *
 * @param port 0: any that is free
 */
public record HttpAddress(String host, int port) {
    /** Where a coordinator is looked for. */
    public static final int COORDINATOR_PORT = 8630;

    private static final String LOOPBACK = "127.0.0.1";

    /** Only for this machine. */
    public static HttpAddress loopback(int port) {
        return new HttpAddress(LOOPBACK, port);
    }
}
