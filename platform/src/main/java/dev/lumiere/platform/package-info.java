/**
 * The program: {@link Lumiere} reads the command line, {@link UpCommand} runs a {@linkplain
 * dev.lumiere.platform.node node}, and the commands on its {@linkplain dev.lumiere.platform.log
 * event log} have a package of their own.
 */
@NullMarked
package dev.lumiere.platform;

import org.jspecify.annotations.NullMarked;
