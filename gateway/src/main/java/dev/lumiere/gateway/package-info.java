/**
 * The data plane: {@code GET /bucket/key?operations}. {@link RequestPath} is the way of a request,
 * one line per step; each step is a class of its name.
 */
@NullMarked
package dev.lumiere.gateway;

import org.jspecify.annotations.NullMarked;
