/** The commands on buckets and objects. They ask a node that runs, as any other client does. */
@NullMarked
package dev.lumiere.platform.storage;

import org.jspecify.annotations.NullMarked;
