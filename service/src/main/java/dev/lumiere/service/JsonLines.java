package dev.lumiere.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/**
 * Writes one JSON object per event and line: {@code time}, {@code level}, {@code logger}, {@code
 * message}, the event's key-value pairs under their own names, {@code error} with the stack.
 *
 * <p>Lines are gathered and written together {@value #FLUSH_MILLIS} ms later by a thread of its
 * own, so that a request on an event loop pays no system call; errors, and what would exceed
 * {@value #MAX_GATHERED_BYTES} bytes, are written at once by who logs them.
 */
final class JsonLines extends AppenderBase<ILoggingEvent> {
    private static final int FLUSH_MILLIS = 50;
    private static final int MAX_GATHERED_BYTES = 256 * 1024;

    private final JsonFactory json = new JsonFactory();
    private final OutputStream out;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(8192);
    private final Object writing = new Object();
    private boolean stopped;
    private long timeSecond = Long.MIN_VALUE;
    private String timeText = "";

    JsonLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void start() {
        Thread.ofPlatform().name("log").daemon().start(this::flushForever);
        // From when the process is told to end, lines are written at once: it may halt any time.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::gatherNoMore));
        super.start();
    }

    /** AppenderBase calls this under a lock of its own, one event at a time. */
    @Override
    protected void append(ILoggingEvent event) {
        var line = line(event);
        boolean now;
        synchronized (gathered) {
            now =
                    stopped
                            || gathered.size() + line.length > MAX_GATHERED_BYTES
                            || event.getLevel().isGreaterOrEqual(Level.ERROR);
            gathered.writeBytes(line);
            gathered.notifyAll();
        }
        if (now) {
            flush();
        }
    }

    @Override
    public void stop() {
        super.stop();
        gatherNoMore();
    }

    private void gatherNoMore() {
        synchronized (gathered) {
            stopped = true;
            gathered.notifyAll();
        }
        flush();
    }

    private void flushForever() {
        try {
            while (true) {
                synchronized (gathered) {
                    while (gathered.size() == 0 && !stopped) {
                        gathered.wait();
                    }
                    if (stopped) {
                        return;
                    }
                }
                Thread.sleep(FLUSH_MILLIS);
                flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void flush() {
        synchronized (writing) {
            byte[] lines;
            synchronized (gathered) {
                lines = gathered.toByteArray();
                gathered.reset();
            }
            try {
                out.write(lines);
                out.flush();
            } catch (IOException e) {
                addError("cannot write the log", e);
            }
        }
    }

    private byte[] line(ILoggingEvent event) {
        var pairs = event.getKeyValuePairs();
        if (pairs != null && pairs.getFirst().value instanceof RequestLog.Entry request) {
            return new RequestLine()
                    .text("time", time(event.getTimeStamp()))
                    .text("level", event.getLevel().toString())
                    .text("logger", event.getLoggerName())
                    .text("message", event.getFormattedMessage())
                    .request(request)
                    .end();
        }
        var bytes = new ByteArrayOutputStream(512);
        try (var generator = json.createGenerator(bytes)) {
            generator.writeStartObject();
            generator.writeStringField("time", time(event.getTimeStamp()));
            generator.writeStringField("level", event.getLevel().toString());
            generator.writeStringField("logger", event.getLoggerName());
            generator.writeStringField("message", event.getFormattedMessage());
            if (event.getKeyValuePairs() != null) {
                for (var pair : event.getKeyValuePairs()) {
                    write(generator, pair.key, pair.value);
                }
            }
            var thrown = event.getThrowableProxy();
            if (thrown != null) {
                generator.writeStringField("error", ThrowableProxyUtil.asString(thrown));
            }
            generator.writeEndObject();
        } catch (IOException e) {
            addError("cannot write a line", e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator generator, String key, Object value)
            throws IOException {
        switch (value) {
            case Integer number -> generator.writeNumberField(key, number);
            case Long number -> generator.writeNumberField(key, number);
            case Double number -> generator.writeNumberField(key, number);
            case Boolean truth -> generator.writeBooleanField(key, truth);
            case null -> generator.writeNullField(key);
            default -> generator.writeStringField(key, value.toString());
        }
    }

    /** ISO 8601 in UTC with milliseconds; lines of the same second share the costly part. */
    private String time(long epochMillis) {
        var second = Math.floorDiv(epochMillis, 1000L);
        if (second != timeSecond) {
            timeSecond = second;
            timeText = Instant.ofEpochSecond(second).toString().replace("Z", ".");
        }
        var millis = (int) Math.floorMod(epochMillis, 1000L);
        return timeText + (millis < 10 ? "00" : millis < 100 ? "0" : "") + millis + "Z";
    }
}
