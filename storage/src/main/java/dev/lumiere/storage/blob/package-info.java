/**
 * The bytes of objects. A {@link BlobStore} keeps each content once, under a {@link BlobId} that is
 * its hash; what objects they belong to is the catalog's subject.
 *
 * <p>Engines are {@link dev.lumiere.storage.blob.folder.DirectoryBlobStore} for one node and {@link
 * dev.lumiere.storage.blob.s3.S3BlobStore} for many. In {@code care} is who finds what the disk has
 * damaged, and who deletes what nobody refers to.
 */
@NullMarked
package dev.lumiere.storage.blob;

import org.jspecify.annotations.NullMarked;
