/** What commands that ask a node have in common: which node is meant, and how it is asked. */
@NullMarked
package dev.lumiere.platform.client;

import org.jspecify.annotations.NullMarked;
