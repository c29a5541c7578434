/**
 * Contents on an S3 server, which many nodes share: {@link
 * dev.lumiere.storage.blob.s3.S3BlobStore}.
 */
@NullMarked
package dev.lumiere.storage.blob.s3;

import org.jspecify.annotations.NullMarked;
