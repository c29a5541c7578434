/**
 * What the platform fetches for its users. The {@link OutgoingClient} reads the URLs they give, as
 * far as {@link FetchConfig} allows: into the internet, never behind the node's back into the
 * network it stands in. A {@link FetchTarget} is such a URL read, {@link GuardedConnections} lead
 * there where {@link PublicAddresses} are, {@link Fetched} is what became of it, or {@link Opened}
 * of what is read while it comes.
 */
@NullMarked
package dev.lumiere.service.fetch;

import org.jspecify.annotations.NullMarked;
