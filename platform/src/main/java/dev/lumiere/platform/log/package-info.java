/**
 * {@code lumiere log}: a class for each command. What they share is in {@link LogVerb}; the log
 * they look at is a {@link LogAccess}, of a node that runs or in a folder.
 */
@NullMarked
package dev.lumiere.platform.log;

import org.jspecify.annotations.NullMarked;
