/**
 * A bank account whose state is nothing but its events. Begin at {@link
 * dev.lumiere.examples.accounts.Main}; docs/event-log.md tells it as a story.
 */
@NullMarked
package dev.lumiere.examples.accounts;

import org.jspecify.annotations.NullMarked;
