/**
 * Objects whose bytes are fetched from elsewhere. {@link Sources} takes what is at a URL into the
 * blobs, as {@link SourceConfig} bounds it; {@link SourceFetch} makes an object of it for who waits
 * for that, the {@link FetchQueue} for who does not but may be told, {@link OriginPulls} for
 * whoever reads from a bucket that mirrors an origin. By {@link Via} mirrors know what leads back
 * to them.
 */
@NullMarked
package dev.lumiere.storage.source;

import org.jspecify.annotations.NullMarked;
