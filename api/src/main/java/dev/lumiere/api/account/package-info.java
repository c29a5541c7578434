/**
 * Accounts and their keys over HTTP, {@code /v1/accounts} and {@code /v1/keys}. {@link
 * AccountCalls} says who may call.
 */
@NullMarked
package dev.lumiere.api.account;

import org.jspecify.annotations.NullMarked;
