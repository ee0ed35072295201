/**
 * What the coordinator tells people and pipelines over HTTP: status, findings, problems, the report.
 * The command line prints these and nothing else, so a screen never knows more than {@code --output json}.
 */
@NullMarked
package dev.infill.protocol.status;

import org.jspecify.annotations.NullMarked;
