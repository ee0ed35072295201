/** Tests of the documents that a report becomes. */
@NullMarked
package dev.infill.cli.document;

import org.jspecify.annotations.NullMarked;
