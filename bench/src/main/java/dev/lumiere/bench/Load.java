package dev.lumiere.bench;

/**
 * What the load generator saw.
 *
 * @param bytes of all answers, headers included
 * @param failures answers that were not 200, and connections that failed
 */
record Load(
        long requests,
        double seconds,
        long bytes,
        long failures,
        double p50Millis,
        double p99Millis) {}
