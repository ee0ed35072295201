/** A migration's report as a document that is kept and handed on: HTML and Markdown, and HTML read back. */
@NullMarked
package dev.infill.cli.document;

import org.jspecify.annotations.NullMarked;
