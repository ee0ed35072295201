package dev.infill.testkit.network;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Words to wait for in what a client sends, which may come in pieces. */
final class Trap {
    private final byte[] words;
    private final boolean forwards;
    private final CompletableFuture<Void> sprung = new CompletableFuture<>();

    Trap(byte[] words, boolean forwards) {
        if (words.length == 0) {
            throw new IllegalArgumentException("a trap needs words to wait for");
        }
        this.words = words;
        this.forwards = forwards;
    }

    boolean forwards() {
        return forwards;
    }

    CompletableFuture<Void> sprung() {
        return sprung;
    }

    boolean isIn(byte[] sent) {
        for (int start = 0; start + words.length <= sent.length; start++) {
            if (Arrays.equals(sent, start, start + words.length, words, 0, words.length)) {
                return true;
            }
        }
        return false;
    }

    /** What must be looked at again together with the next piece. */
    byte[] rest(byte[] sent) {
        return Arrays.copyOfRange(sent, Math.max(0, sent.length - words.length + 1), sent.length);
    }
}
