package dev.lumiere.gateway;

import dev.lumiere.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * The object a request is answered with, and the reading that led to it.
 *
 * @param instead null if it is what was asked for
 */
record Found(Reading reading, StoredObject object, @Nullable Instead instead) {
    Found with(Instead other) {
        return new Found(reading, object, other);
    }
}
