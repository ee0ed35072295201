/**
 * Processes that a test starts, freezes, kills and starts again, alone or under a service manager that does so by itself.
 * None of them outlives the test's JVM.
 */
@NullMarked
package dev.infill.testkit.process;

import org.jspecify.annotations.NullMarked;
