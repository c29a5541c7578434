package dev.lumiere.eventlog;

/**
 * A stream and how far it has come.
 *
 * @param version of its last event, at least 1
 */
public record StreamHead(StreamId stream, long version) {}
