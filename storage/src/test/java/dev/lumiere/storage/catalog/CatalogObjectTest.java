package dev.lumiere.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.Blob;
import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import dev.lumiere.storage.rule.StorageClass;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogObjectTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static CatalogObject object(int content, String mimeType) {
        var id = new BlobId("%064x".formatted(content));
        var blob = new Blob(id, content, "hash" + content, 0, "md5", new BlockHashes(""));
        return CatalogObject.of("pictures", "a", blob, mimeType, NOW.plusSeconds(content));
    }

    @Test
    void whatIsSaidOfAnotherChangesNothingOfTheContent() {
        var other =
                object(1, "image/jpeg")
                        .inClass(2)
                        .disabled(true)
                        .by("ada")
                        .expiringAt(9)
                        .transitioning(Map.of(StorageClass.ARCHIVE, 8L))
                        .with(Map.of("by", "me"));

        var alike = object(2, "image/webp").like(other);

        assertThat(alike.storageClass()).isEqualTo(2);
        assertThat(alike.isDisabled()).isTrue();
        assertThat(alike.endUser()).isEqualTo("ada");
        assertThat(alike.expiresAt()).isEqualTo(9);
        assertThat(alike.metadata()).isEqualTo(Map.of("by", "me"));
        assertThat(alike.transitions()).isEqualTo(Map.of(StorageClass.ARCHIVE, 8L));
        assertThat(
                        alike.inClass(0)
                                .disabled(false)
                                .by("")
                                .expiringAt(0)
                                .transitioning(Map.of())
                                .with(Map.of()))
                .isEqualTo(object(2, "image/webp"));
    }
}
