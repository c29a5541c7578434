package dev.lumiere.storage.blob;

/**
 * What is known of a content that was written.
 *
 * @param size in bytes
 * @param qetag of all of it, as {@link dev.lumiere.storage.blob.QETag} says
 * @param crc32 of all of it, by ISO 3309
 * @param md5 of all of it, 32 hexadecimal digits
 */
public record Blob(BlobId id, long size, String qetag, long crc32, String md5) {}
