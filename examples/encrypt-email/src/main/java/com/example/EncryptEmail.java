package com.example;

import dev.infill.transform.Row;
import dev.infill.transform.Transform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the column {@code email} with a key from a local file, named by the environment variable {@code EMAIL_KEY_FILE}: 64
 * hexadecimal digits, 32 for AES-GCM and 32 for the nonce.
 *
 * <p>The nonce is a keyed hash of the address, as in synthetic initialization vectors (RFC 5297): the same address is always the
 * same ciphertext, so that the column can be verified and searched for equality. Who reads the column sees which rows have the
 * same address, and nothing else.
 */
public final class EncryptEmail implements Transform {
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec cipherKey;
    private final SecretKeySpec nonceKey;

    /** With the key of the environment's file. */
    public EncryptEmail() throws IOException {
        this(Path.of(System.getenv("EMAIL_KEY_FILE")));
    }

    EncryptEmail(Path keyFile) throws IOException {
        byte[] key = HexFormat.of().parseHex(Files.readString(keyFile).strip());
        if (key.length != 2 * KEY_BYTES) {
            throw new IllegalArgumentException("the key file has " + key.length + " bytes, expected " + 2 * KEY_BYTES);
        }
        this.cipherKey = new SecretKeySpec(key, 0, KEY_BYTES, "AES");
        this.nonceKey = new SecretKeySpec(key, KEY_BYTES, KEY_BYTES, "HmacSHA256");
    }

    @Override
    public byte @Nullable [] value(Row row) throws GeneralSecurityException {
        String email = row.text("email");
        if (email == null) {
            return null;
        }
        if (email.indexOf('@') < 0) {
            throw new IllegalArgumentException("not an address");
        }
        byte[] plain = email.getBytes(StandardCharsets.UTF_8);
        byte[] nonce = nonce(plain);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, cipherKey, new GCMParameterSpec(TAG_BITS, nonce));
        return ByteBuffer.allocate(nonce.length + plain.length + TAG_BITS / Byte.SIZE)
                .put(nonce)
                .put(cipher.doFinal(plain))
                .array();
    }

    private byte[] nonce(byte[] plain) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(nonceKey);
        return Arrays.copyOf(mac.doFinal(plain), NONCE_BYTES);
    }

    /** What was encrypted. */
    String decrypt(byte[] value) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, cipherKey, new GCMParameterSpec(TAG_BITS, value, 0, NONCE_BYTES));
        return new String(cipher.doFinal(value, NONCE_BYTES, value.length - NONCE_BYTES), StandardCharsets.UTF_8);
    }
}
