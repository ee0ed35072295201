package dev.infill.cli.client;

import dev.infill.protocol.json.Json;

/**
 * What the coordinator answered.
 *
 * @param json as it came, so that programs get what this version doesn't know yet
 * @param value the same for us
 */
public record Answer<T>(String json, T value) {
    static <T> Answer<T> of(String json, Class<T> type) {
        return new Answer<>(json, Json.read(json, type));
    }
}
