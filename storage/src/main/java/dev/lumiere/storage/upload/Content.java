package dev.lumiere.storage.upload;

import dev.lumiere.storage.blob.Blob;
import org.jspecify.annotations.Nullable;

/**
 * What has come in and is kept.
 *
 * @param sniffedType MIME type by its first bytes; null if they are of nothing that is known here
 */
public record Content(Blob blob, @Nullable String sniffedType) {}
