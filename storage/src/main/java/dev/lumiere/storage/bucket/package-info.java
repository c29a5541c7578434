/**
 * Buckets, their hosts, and what their owners have said of them; each is a stream of events, of
 * which the last says all. Begin with {@link BucketCatalog}.
 */
@NullMarked
package dev.lumiere.storage.bucket;

import org.jspecify.annotations.NullMarked;
