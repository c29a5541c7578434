/**
 * Micro-services: how to serve, how to call, and what every answer and refusal looks like. Who is
 * alive is in {@code registry}; how one instance is chosen is in {@code balance}.
 */
@NullMarked
package dev.lumiere.service;

import org.jspecify.annotations.NullMarked;
