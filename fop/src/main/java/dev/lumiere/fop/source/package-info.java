/**
 * Where sandboxed workers read inputs and write outputs. The node has one {@link SourceSocket}; a
 * request opens its {@link SourceGrants} there, each a capability for one {@link SourceGrant}, and
 * closing them takes all back. What a worker sends arrives as a {@link SourceUpload} and is found
 * in the {@link SourceOutput}.
 */
@NullMarked
package dev.lumiere.fop.source;

import org.jspecify.annotations.NullMarked;
