package dev.lumiere.rendition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.service.file.OpenFile;
import dev.lumiere.storage.StoredObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What objects are by their bytes, whatever their names say: a picture goes to a service that reads
 * its format. Found out once for each version of an object, then remembered.
 */
final class ContentTypes {
    private static final int MAX_REMEMBERED = 65_536;

    private final Function<StoredObject, @Nullable OpenFile> open;
    private final Cache<String, String> byVersion =
            Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

    /**
     * Knows nothing yet.
     *
     * @param open opens an object's file; null if it is not there any more as it was; may wait
     */
    ContentTypes(Function<StoredObject, @Nullable OpenFile> open) {
        this.open = open;
    }

    /** What memory tells, without waiting; null if it does not. */
    @Nullable String atHand(StoredObject object) {
        return byVersion.getIfPresent(object.version());
    }

    /** A picture's own type, else the one the object has by its name; may wait. */
    String find(StoredObject object) {
        var known = atHand(object);
        if (known != null) {
            return known;
        }
        try (var file = open.apply(object);
                var arena = Arena.ofConfined()) {
            if (file == null) {
                return object.contentType(); // who runs it says that it has changed
            }
            var head = arena.allocate(SourceFormat.SNIFFED);
            var length = file.read(head, 0);
            var type =
                    SourceFormat.sniff(head.asSlice(0, Math.max(0, length)))
                            .map(SourceFormat::contentType)
                            .orElse(object.contentType());
            byVersion.put(object.version(), type);
            return type;
        } catch (IOException _) {
            return object.contentType(); // who runs it finds the same, and says so
        }
    }
}
