package dev.lumiere.api.management;

import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.rule.StorageClass;
import io.vertx.core.json.JsonObject;

/** An object as management tells of it. */
final class ObjectJson {
    private ObjectJson() {}

    /** By itself. */
    static JsonObject stat(CatalogObject object) {
        var json = facts(new JsonObject(), object);
        if (object.expiresAt() > 0) {
            json.put("expiration", object.expiresAt());
        }
        object.transitions().forEach((to, at) -> json.put(transition(to), at));
        if (!object.metadata().isEmpty()) {
            var metadata = new JsonObject();
            object.metadata().forEach(metadata::put);
            json.put("x-qn-meta", metadata);
        }
        return json;
    }

    private static String transition(StorageClass to) {
        return switch (to) {
            case INFREQUENT_ACCESS -> "transitionToIA";
            case ARCHIVE_INSTANT_RETRIEVAL -> "transitionToArchiveIR";
            case ARCHIVE -> "transitionToARCHIVE";
            case DEEP_ARCHIVE -> "transitionToDeepArchive";
            case STANDARD, INTELLIGENT_TIERING ->
                    throw new IllegalArgumentException("nothing goes to " + to);
        };
    }

    /** One of a list. */
    static JsonObject item(CatalogObject object) {
        return facts(JsonObject.of("key", object.key()), object);
    }

    private static JsonObject facts(JsonObject json, CatalogObject object) {
        json.put("fsize", object.size())
                .put("hash", object.hash())
                .put("mimeType", object.mimeType())
                .put("putTime", object.putTime())
                .put("type", object.storageClass())
                .put("status", object.isDisabled() ? 1 : 0);
        if (!object.md5().isEmpty()) { // as of what was made of parts
            json.put("md5", object.md5());
        }
        if (!object.endUser().isEmpty()) {
            json.put("endUser", object.endUser());
        }
        return json;
    }
}
