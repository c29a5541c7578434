/** Main, the command line, and the wiring of one node. */
@NullMarked
package dev.lumiere.platform;

import org.jspecify.annotations.NullMarked;
