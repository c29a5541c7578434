package dev.lumiere.storage.upload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lumiere.storage.catalog.CatalogObject;
import org.jspecify.annotations.Nullable;

/** What a picture or a film says of itself, for the templates of put policies. */
@FunctionalInterface
public interface MediaFacts {
    /** Nobody here can tell. */
    MediaFacts NONE = (_, _) -> null;

    /** What is asked for, by the name of the operation that tells it. */
    enum Kind {
        IMAGE_INFO("imageInfo"),
        EXIF("exif"),
        IMAGE_AVE("imageAve"),
        AV_INFO("avinfo");

        private final String variable;

        Kind(String variable) {
            this.variable = variable;
        }

        /** Its name in templates. */
        public String variable() {
            return variable;
        }
    }

    /**
     * As that operation answers it of an object's content; null if it cannot. May wait, for a
     * bounded time.
     */
    @Nullable JsonNode of(Kind kind, CatalogObject object);
}
