/** From desired state to running instances. */
@NullMarked
package dev.lumiere.deploy;

import org.jspecify.annotations.NullMarked;
