/**
 * What the check found, in the formats of other tools: SARIF for code scanning, JUnit XML for builds.
 * Nothing here decides; every word comes from the report.
 */
@NullMarked
package dev.infill.cli.exchange;

import org.jspecify.annotations.NullMarked;
