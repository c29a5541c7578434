/**
 * How one instance of many is chosen. {@link dev.lumiere.service.balance.Balancer} composes the
 * parts, each of which is one published algorithm.
 */
@NullMarked
package dev.lumiere.service.balance;

import org.jspecify.annotations.NullMarked;
