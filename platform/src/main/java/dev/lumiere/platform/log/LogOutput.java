package dev.lumiere.platform.log;

import dev.lumiere.eventlog.Event;
import dev.lumiere.eventlog.json.EventJson;
import dev.lumiere.platform.client.Shown;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What the log commands print: aligned for people, or a line of JSON for each event. */
final class LogOutput {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    private static final int MAX_SHOWN = 120;

    private final boolean isJson;
    private final Writer out;
    private int placeWidth = 4;
    private int streamWidth = 12;
    private int typeWidth = 12;

    /** Nobody reads what is printed any more. */
    static final class Unread extends RuntimeException {
        Unread(IOException cause) {
            super(cause);
        }
    }

    LogOutput(boolean isJson) {
        this.isJson = isJson;
        out =
                new BufferedWriter(
                        new OutputStreamWriter(
                                new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
    }

    boolean isJson() {
        return isJson;
    }

    /** Prints them, and lets whoever reads have them. */
    void events(List<Event> events) {
        for (var event : events) {
            placeWidth = Math.max(placeWidth, place(event).length());
            streamWidth = Math.max(streamWidth, stream(event).length());
            typeWidth = Math.max(typeWidth, event.data().type().length());
        }
        for (var event : events) {
            write(isJson ? EventJson.line(event) : line(event));
        }
        flush();
    }

    /** One line. */
    void line(String text) {
        write(text);
        flush();
    }

    private String line(Event event) {
        return "%s  %s  %s  %s  %s"
                .formatted(
                        padded(place(event), placeWidth),
                        TIME.format(event.data().time()),
                        padded(stream(event), streamWidth),
                        padded(event.data().type(), typeWidth),
                        payload(event));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String place(Event event) {
        return event.partition() + "/" + event.position();
    }

    private static String stream(Event event) {
        return event.stream() + " v" + event.version();
    }

    private static String payload(Event event) {
        var json = EventJson.payload(event.data().payload());
        if (json == null) {
            return "(%d bytes)".formatted(event.data().payload().size());
        }
        return plain(json);
    }

    /** A line of text that came from elsewhere: not too long, and nothing moves the cursor. */
    static String plain(String line) {
        return Shown.of(line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line);
    }

    private void write(String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(IOException e) {
        return String.valueOf(e.getMessage()).contains("Broken pipe")
                ? new Unread(e)
                : new UncheckedIOException(e);
    }

    /** To a person, beside the output. */
    static void say(String text) {
        System.err.println("lumiere: " + text);
    }
}
