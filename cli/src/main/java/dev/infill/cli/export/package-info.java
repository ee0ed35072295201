/**
 * The schema change of a specification as a script of the tools that a team migrates its databases with: where Infill was at
 * work it finds nothing to do, and on an empty copy it makes the same schema.
 */
@NullMarked
package dev.infill.cli.export;

import org.jspecify.annotations.NullMarked;
