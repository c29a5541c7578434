package dev.lumiere.service.fetch;

/** What became of opening a URL, to be read while it comes. */
public sealed interface Opened permits Opened.Incoming, Opened.NotModified, Fetched.Nothing {
    /** Its head is here; to be closed by who has it. */
    record Incoming(IncomingBody body) implements Opened {}

    /** It is still what whoever asked has of it, as they said in the headers they sent. */
    record NotModified() implements Opened {}
}
