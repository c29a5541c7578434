/**
 * Side-by-side figures: {@link Bench} starts Lumiere and its peers as real processes, loads one at
 * a time in alternating rounds, and counts the CPU and memory of each whole process tree.
 */
@NullMarked
package dev.lumiere.bench;

import org.jspecify.annotations.NullMarked;
