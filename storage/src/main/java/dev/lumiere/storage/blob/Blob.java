package dev.lumiere.storage.blob;

/**
 * What is known of a content that is kept.
 *
 * @param size in bytes
 * @param qetag of all of it, as {@link dev.lumiere.storage.blob.QETag} says
 * @param crc32 of all of it, by ISO 3309; -1 if it was made of others that were not read again
 * @param md5 of all of it, 32 hexadecimal digits; empty if it was made of others
 * @param blocks of all of it
 */
public record Blob(BlobId id, long size, String qetag, long crc32, String md5, BlockHashes blocks) {
    /** What is made of others, whose hashes together are these. */
    public static Blob joined(BlockHashes blocks, long size) {
        return new Blob(blocks.id(), size, blocks.qetag(), -1, "", blocks);
    }
}
