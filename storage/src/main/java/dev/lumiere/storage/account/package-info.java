/**
 * Accounts, their access keys and their prepaid credits, all of it events in the log. {@link
 * Accounts} changes them and is the ring of keys by which requests are verified; {@link
 * FirstAccount} makes the one that a new installation begins with; {@link Meter} charges for what
 * is used.
 */
@NullMarked
package dev.lumiere.storage.account;

import org.jspecify.annotations.NullMarked;
