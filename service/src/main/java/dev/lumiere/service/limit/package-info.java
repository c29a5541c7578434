/**
 * What one caller may take of a server: requests in a time ({@link RateLimits}), connections
 * ({@link ConnectionLimit}), and time and headers to say what it wants ({@link RequestBounds}).
 */
@NullMarked
package dev.lumiere.service.limit;

import org.jspecify.annotations.NullMarked;
