package dev.infill.coordinator;

import dev.infill.coordinator.http.Migrations;
import dev.infill.protocol.Part;

/** A running coordinator, and what its host must give to the HTTP server. */
public interface CoordinatorPart extends Part {
    /** The bean that brings the HTTP API to life. */
    Migrations migrations();
}
