/**
 * The log at the centre: everything that ever changed, as events in order. Who wants something
 * changed says so by {@link EventLog#append}, with what it has seen of the streams concerned; one
 * {@link Sequencer} decides, gives positions and hands batches to a {@link LogDevice}, which makes
 * them durable. Who wants to know reads, or follows by a {@link Subscription}.
 *
 * <p>A library: it knows nothing of HTTP or of any other module.
 */
@NullMarked
package dev.lumiere.eventlog;

import org.jspecify.annotations.NullMarked;
