package dev.infill.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A column of ciphertext, computed by the application's own code from a jar, while the application goes on writing. */
class TransformIT {
    private static final int ROWS = 10_000;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final Duration A_LONG_WHILE = Duration.ofMinutes(5);
    private static final Path EXAMPLE = Path.of("..", "examples", "encrypt-email", "target");

    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE public.customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), number serial, email text, note text)",
            "INSERT INTO public.customers (email, note) SELECT CASE WHEN g % 50 = 0 THEN NULL WHEN g % 5000 = 1 THEN 'nobody'"
                    + " ELSE 'c' || g || '@example.com' END, repeat('x', 100) FROM generate_series(1, " + ROWS + ") g",
            "CREATE INDEX ON public.customers (number)",
            "CREATE SEQUENCE public.traffic",
            "VACUUM ANALYZE public.customers");

    private static final String SPECIFICATION = """
            migration: customers-email-encrypted
            database: shop
            table: public.customers
            column: {name: email_encrypted, type: bytea}
            fill:
              transform: com.example.EncryptEmail
              reads: [email]
            gates: {reads: evidence, writes: evidence, quiet: 2s, staleness: 30s}
            pace: full
            """;

    private static final List<String> WRITES = List.of(
            "UPDATE public.customers SET email = 'n' || nextval('public.traffic') || '@example.com'"
                    + " WHERE number = 2 + nextval('public.traffic') * 31 % " + ROWS + " AND email LIKE '%@%'",
            "INSERT INTO public.customers (email) VALUES ('i' || nextval('public.traffic') || '@example.com')",
            "UPDATE public.customers SET note = 'seen' WHERE number = 1 + nextval('public.traffic') * 17 % " + ROWS,
            "UPDATE public.customers SET email = NULL WHERE number = 2 + nextval('public.traffic') * 13 % " + ROWS
                    + " AND email LIKE '%@%'");

    private final byte[] key = HexFormat.of().parseHex("0123456789abcdef".repeat(4));

    @Test
    @Tag("soak")
    void everyRowIsEncryptedByTheApplicationsCode(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        try (Installation installation =
                new Installation(folder, Installation.postgres(Integer.getInteger("postgres.version", 18)))) {
            Shop shop = installation.shop();
            for (String sql : SCHEMA) {
                shop.execute(sql);
            }
            List.of("coordinator-1", "cdc-bridge", "worker-1").forEach(installation::start);
            installation.submit(SPECIFICATION);
            isStoppedForWantOfTheClass(shop);
            installation.part("worker-1").close();

            Path keyFile = installation.write("key", HexFormat.of().formatHex(key));
            installation.provide(jar().toString(), "EMAIL_KEY_FILE", keyFile.toString());
            installation.start("worker-2");
            resume(installation);
            fillsWhileTheApplicationWrites(installation, shop);

            assertThat(shop.number("SELECT count(*) FROM public.customers WHERE email_encrypted IS NOT NULL"))
                    .isGreaterThan(ROWS / 2);
            everyRowIsWhatWasEncrypted(shop);
        }
    }

    private static void isStoppedForWantOfTheClass(Shop shop) {
        await("the migration says what is missing")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.textOrNothing("SELECT problem FROM infill.migration WHERE standing = 'failed'")
                        .contains("no class com.example.EncryptEmail"));
    }

    private static void resume(Installation installation) {
        installation.run(
                "resume",
                Duration.ofMinutes(3),
                "resume",
                "customers-email-encrypted",
                "--coordinator",
                installation.coordinatorUrl());
    }

    private static void fillsWhileTheApplicationWrites(Installation installation, Shop shop) throws Exception {
        AtomicBoolean open = new AtomicBoolean(true);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<?> traffic = writer.submit(() -> write(shop, open));
        await("rows without a value are set aside")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.textOrNothing("SELECT count(*) FROM infill.rejected WHERE sqlstate = 'P0001'")
                        .equals(Integer.toString(ROWS / 5000)));
        installation.part("worker-2").current().kill();
        shop.execute("UPDATE public.customers SET email = 'somebody@example.com' WHERE email = 'nobody'");
        await("the other rows were filled and verified, and those that were mended too")
                .atMost(A_LONG_WHILE)
                .until(() -> shop.stage().equals("sync"));
        open.set(false);
        traffic.get(30, TimeUnit.SECONDS);
        writer.shutdown();
        await("the migration completes").atMost(A_LONG_WHILE).until(shop::isComplete);
    }

    private static Void write(Shop shop, AtomicBoolean open) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; open.get(); i++) {
                statement.execute(WRITES.get(i % WRITES.size()));
                statement.execute("SELECT pg_sleep(0.005)");
            }
        }
        return null;
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLE)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private void everyRowIsWhatWasEncrypted(Shop shop) throws SQLException, GeneralSecurityException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT email, email_encrypted FROM public.customers")) {
            while (rows.next()) {
                byte[] encrypted = rows.getBytes(2);
                assertThat(encrypted == null ? null : decrypt(encrypted)).isEqualTo(rows.getString(1));
            }
        }
    }

    private String decrypt(byte[] encrypted) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, 0, KEY_BYTES, "AES"),
                new GCMParameterSpec(128, encrypted, 0, NONCE_BYTES));
        return new String(
                cipher.doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES), StandardCharsets.UTF_8);
    }
}
