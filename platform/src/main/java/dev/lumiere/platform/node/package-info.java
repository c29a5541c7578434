/**
 * One node: {@link NodeConfig} is its configuration, and {@link Node} makes every part and hands it
 * to those who need it.
 */
@NullMarked
package dev.lumiere.platform.node;

import org.jspecify.annotations.NullMarked;
