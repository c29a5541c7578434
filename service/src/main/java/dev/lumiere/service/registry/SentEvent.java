package dev.lumiere.service.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * One server-sent event of a watch, its data one line of JSON.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
record SentEvent(String id, String name, String data) {

    static SentEvent of(long revision, Change change) {
        var id = Long.toString(revision);
        return switch (change) {
            case Change.Members(var instances) ->
                    new SentEvent(id, "members", InstanceJson.writeAll(instances).encode());
            case Change.Up(var instance) ->
                    new SentEvent(
                            id,
                            "up",
                            JsonObject.of("instance", InstanceJson.write(instance)).encode());
            case Change.Down(var instance, var cause) ->
                    new SentEvent(
                            id,
                            "down",
                            JsonObject.of(
                                            "cause",
                                            cause.name().toLowerCase(Locale.ROOT),
                                            "instance",
                                            InstanceJson.write(instance))
                                    .encode());
        };
    }

    /**
     * What the event tells.
     *
     * @throws IllegalArgumentException if it is none of ours
     */
    Change change() {
        try {
            var json = new JsonObject(data);
            return switch (name) {
                case "members" -> new Change.Members(InstanceJson.readAll(json));
                case "up" -> new Change.Up(instanceIn(json));
                case "down" -> new Change.Down(instanceIn(json), causeIn(json));
                default -> throw new IllegalArgumentException("not an event of a watch: " + name);
            };
        } catch (DecodeException | ClassCastException | WrongFields e) {
            throw new IllegalArgumentException("malformed event of a watch: " + this, e);
        }
    }

    Buffer toBuffer() {
        return Buffer.buffer("id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n");
    }

    @Override
    public String toString() {
        return name + " " + id + " (" + data.length() + " characters)";
    }

    private static Instance instanceIn(JsonObject json) {
        return InstanceJson.read(json.getJsonObject("instance", new JsonObject()));
    }

    private static Change.Cause causeIn(JsonObject json) {
        return "released".equals(json.getString("cause"))
                ? Change.Cause.RELEASED
                : Change.Cause.ENDED;
    }
}
