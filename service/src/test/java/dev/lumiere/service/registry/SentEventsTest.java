package dev.lumiere.service.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentEventsTest {
    private static final Instance A =
            Instances.with(
                    Map.of("note", "läuft 🎞\nnext line"), Instances.instance("图像", "1", "a"));

    @Test
    void changesAreReadAsTheyWereWrittenHoweverTheBytesAreCut() {
        var changes =
                List.of(
                        new Change.Members(List.of(A)),
                        new Change.Up(A),
                        new Change.Down(A, Change.Cause.RELEASED),
                        new Change.Down(A, Change.Cause.ENDED),
                        new Change.Members(List.of()));
        var stream = Buffer.buffer(": keep-alive\n\n");
        for (var i = 0; i < changes.size(); i++) {
            stream.appendBuffer(SentEvent.of(i, changes.get(i)).toBuffer());
            stream.appendString(": keep-alive\n\n");
        }

        for (var size : new int[] {1, 2, 3, 7, 100, stream.length()}) {
            var events = new SentEvents();
            var read = new ArrayList<SentEvent>();
            for (var from = 0; from < stream.length(); from += size) {
                var to = Math.min(stream.length(), from + size);
                read.addAll(events.read(stream.getBuffer(from, to)));
            }
            assertThat(read).extracting(SentEvent::change).isEqualTo(changes);
            assertThat(read).extracting(SentEvent::id).containsExactly("0", "1", "2", "3", "4");
        }
    }

    @Test
    void carriageReturnsMissingSpacesAndSeveralDataLinesAreUnderstood() {
        var read =
                new SentEvents()
                        .read(Buffer.buffer("event:up\r\ndata:{\r\ndata: }\r\nretry: 5\r\n\r\n"));
        assertThat(read).containsExactly(new SentEvent("", "up", "{\n}"));
    }

    @Test
    void whatIsNoEventOfAWatchIsRefused() {
        for (var wrong :
                List.of(
                        new SentEvent("1", "other", "{}"),
                        new SentEvent("1", "up", "{}"),
                        new SentEvent("1", "up", "[]"),
                        new SentEvent("1", "up", "{\"instance\": 7}"),
                        new SentEvent("1", "members", "{\"instances\": [7]}"),
                        new SentEvent("1", "members", "<html>"))) {
            assertThatThrownBy(wrong::change).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
