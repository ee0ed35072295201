/**
 * The shop: a database, an application that writes to it all the time, and a judge that shares no code with the product.
 * The migration itself is run by the same parts as anywhere else.
 */
@NullMarked
package dev.infill.cli.demo;

import org.jspecify.annotations.NullMarked;
