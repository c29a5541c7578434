/**
 * One node: {@link Lumiere} reads the command line, {@link NodeConfig} the configuration, and
 * {@link Node} makes every part and hands it to those who need it.
 */
@NullMarked
package dev.lumiere.platform;

import org.jspecify.annotations.NullMarked;
