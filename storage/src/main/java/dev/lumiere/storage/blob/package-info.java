/**
 * The bytes of objects. A {@link BlobStore} keeps each content once, under a {@link BlobId} that is
 * its hash; what objects they belong to is the catalog's subject.
 *
 * <p>Engines are {@link DirectoryBlobStore} for one node and {@link S3BlobStore} for many. A {@link
 * Scrub} finds what the disk has damaged, a {@link Sweeper} deletes what nobody refers to.
 */
@NullMarked
package dev.lumiere.storage.blob;

import org.jspecify.annotations.NullMarked;
