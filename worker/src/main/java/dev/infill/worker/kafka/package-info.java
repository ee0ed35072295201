/**
 * How directives, tasks and changes come from Kafka and results go there. Each client belongs to one thread, and none of
 * these threads ever waits for PostgreSQL.
 */
@NullMarked
package dev.infill.worker.kafka;

import org.jspecify.annotations.NullMarked;
