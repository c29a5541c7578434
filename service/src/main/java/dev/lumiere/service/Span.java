package dev.lumiere.service;

import java.time.Duration;
import java.time.Instant;

/**
 * One step of a request's work.
 *
 * @param name an HTTP token such as {@code decode}, or as a tree {@code image.decode}
 */
public record Span(String name, Instant start, Duration duration) {
    public double millis() {
        return duration.toNanos() / 1e6;
    }
}
