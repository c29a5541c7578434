/** The data plane: the way of a request. */
@NullMarked
package dev.lumiere.gateway;

import org.jspecify.annotations.NullMarked;
