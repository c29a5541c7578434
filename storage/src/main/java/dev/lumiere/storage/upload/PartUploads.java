package dev.lumiere.storage.upload;

import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.Expected;
import dev.lumiere.eventlog.StreamId;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.rule.ObjectKey;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.PartEvent.PartTaken;
import dev.lumiere.storage.upload.PartEvent.UploadAborted;
import dev.lumiere.storage.upload.PartEvent.UploadBegun;
import dev.lumiere.storage.upload.PartEvent.UploadCompleted;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resumable uploads of the second kind: numbered parts come in any order, and an object is made of
 * some of them. Each upload is a stream of the log, and each part a blob, so that any node goes on
 * with it, for a week.
 */
public final class PartUploads {
    /** Parts are numbered from 1. */
    public static final int MAX_NUMBER = 10_000;

    private static final long MIN_PART_BYTES = 1 << 20;
    private static final long MAX_PART_BYTES = 1 << 30;
    private static final Duration LIFETIME = Duration.ofDays(7);
    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final int MAX_TRIES = 20;

    private final UploadStreams<PartEvent> streams;
    private final BlobStore blobs;
    private final Completion completion;
    private final InstantSource clock;
    private final RandomGenerator random;

    /**
     * Which upload is meant.
     *
     * @param key null for none
     */
    public record Target(String bucket, @Nullable String key) {}

    /**
     * One that was begun.
     *
     * @param expiresAt second since 1970
     */
    public record Upload(String id, long expiresAt) {}

    /**
     * A part that is there.
     *
     * @param size in bytes
     * @param etag its QETag
     * @param putTime second since 1970
     */
    public record Part(int number, long size, String etag, String md5, long putTime) {}

    /**
     * Some of the parts of an upload.
     *
     * @param next after which number there are more; 0 if there are none
     */
    public record Page(Upload upload, List<Part> parts, int next) {
        public Page {
            parts = List.copyOf(parts);
        }
    }

    /** A part that the object is to be made of. */
    public record Chosen(int number, String etag) {}

    private record State(UploadBegun begun, NavigableMap<Integer, PartTaken> parts, long version) {}

    /**
     * In a log.
     *
     * @param ids of events, each another
     * @param random nobody guesses
     */
    public PartUploads(
            EventLog log,
            BlobStore blobs,
            Completion completion,
            InstantSource clock,
            Supplier<UUID> ids,
            RandomGenerator random) {
        streams = new UploadStreams<>(log, PartEvent.TYPES, clock, ids);
        this.blobs = blobs;
        this.completion = completion;
        this.clock = clock;
        this.random = random;
    }

    /** Begins an upload. */
    public Upload begin(UploadToken token, Target target) throws InterruptedException {
        admit(token, target, 1); // there are no empty parts
        if (target.key != null) {
            ObjectKey.checkedNew(target.key);
        }
        var bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        var id = HexFormat.of().formatHex(bytes);
        var end = clock.instant().plus(LIFETIME).getEpochSecond();
        var begun = new UploadBegun(token.credential().account(), target.bucket, target.key, end);
        if (!streams.append(PartEvent.stream(id), Expected.none(), begun)) {
            throw new IllegalStateException("there is such an upload already: " + id);
        }
        return new Upload(id, end);
    }

    /**
     * Takes a part, in place of one of that number.
     *
     * @param md5 what it should have, in hexadecimal digits; null if nobody says
     * @throws Problem.Refused 612 if there is no such upload, 400 for a wrong number or MD5, 413
     *     over 1 GiB
     */
    public Part put(
            UploadToken token,
            Target target,
            String id,
            int number,
            @Nullable String md5,
            InputStream content)
            throws IOException, InterruptedException {
        admit(token, target);
        if (number < 1 || number > MAX_NUMBER) {
            throw Problem.badRequest(
                            "a part's number is 1 to %d, not %d".formatted(MAX_NUMBER, number))
                    .refused();
        }
        var begun = checked(token, target, streams.ends(stream(id)));
        if (begun == null) {
            streams.catchUp();
            begun = existing(checked(token, target, streams.ends(stream(id))));
        }
        var blob = taken(content).blob();
        if (md5 != null && !md5.toLowerCase(Locale.ROOT).equals(blob.md5())) {
            throw Problem.badRequest("Content-MD5 is not the part's: " + md5).refused();
        }
        var part =
                new PartTaken(
                        number,
                        blob.id(),
                        blob.size(),
                        blob.qetag(),
                        blob.md5(),
                        clock.instant().getEpochSecond(),
                        begun.expiresAt(),
                        blob.blocks());
        // parts come side by side; one that comes after the end is passed over
        streams.append(stream(id), Expected.any(), part);
        return told(part);
    }

    private Content taken(InputStream content) throws IOException {
        try (var incoming = new ContentWriter(blobs)) {
            if (incoming.take(content, MAX_PART_BYTES).size() == 0) {
                throw Problem.badRequest("an empty part").refused();
            }
            return incoming.finish();
        }
    }

    /**
     * The parts there are, by number.
     *
     * @param after a number
     * @param max how many, 1 to 1000
     */
    public Page list(UploadToken token, Target target, String id, int after, int max)
            throws InterruptedException {
        admit(token, target);
        var state = state(token, target, id);
        var parts = new ArrayList<Part>();
        for (var part : state.parts.tailMap(after, false).values()) {
            if (parts.size() == max) {
                return new Page(upload(id, state), parts, parts.getLast().number);
            }
            parts.add(told(part));
        }
        return new Page(upload(id, state), parts, 0);
    }

    /**
     * Makes the object.
     *
     * @param chosen in ascending order
     * @throws Problem.Refused 612 if there is no such upload, 400 if a part is not there as chosen
     */
    public UploadAnswer complete(
            UploadToken token, Target target, String id, List<Chosen> chosen, UploadRequest request)
            throws InterruptedException {
        admit(token, target);
        var state = state(token, target, id);
        var parts = parts(state, chosen);
        var size = parts.stream().mapToLong(part -> part.size()).sum();
        Completion.checkSize(token.policy(), size);
        admit(token, target, size);
        var content = joined(parts);
        var answer = completion.complete(token, request, content, ChangeKind.MKFILE);
        try {
            end(token, target, id, new UploadCompleted(state.begun.expiresAt()));
        } catch (Problem.Refused e) {
            if (e.problem().status() != 612) {
                throw e;
            }
            // somebody else has ended it; the object is there
        }
        return answer;
    }

    /** Gives it up. */
    public void abort(UploadToken token, Target target, String id) throws InterruptedException {
        admit(token, target);
        var expiresAt = state(token, target, id).begun.expiresAt();
        end(token, target, id, new UploadAborted(expiresAt));
    }

    private void end(UploadToken token, Target target, String id, PartEvent end)
            throws InterruptedException {
        for (var tries = 0; tries < MAX_TRIES; tries++) {
            var state = state(token, target, id);
            if (streams.append(stream(id), Expected.version(state.version), end)) {
                return;
            }
            streams.catchUp();
        }
        throw Problem.unavailable("too many change it at once", Duration.ofSeconds(1)).refused();
    }

    /** The same, if there is room for so many bytes. */
    private void admit(UploadToken token, Target target, long bytes) {
        admit(token, target);
        completion.admit(token, target.key, bytes);
    }

    private void admit(UploadToken token, Target target) {
        completion.admit(token);
        if (!token.policy().bucket().equals(target.bucket)) {
            throw Problem.of(401, "bucket doesn't match with scope").refused();
        }
    }

    private static List<PartTaken> parts(State state, List<Chosen> chosen) {
        if (chosen.isEmpty()) {
            throw Problem.badRequest("no parts").refused();
        }
        var parts = new ArrayList<PartTaken>();
        for (var one : chosen) {
            var part = state.parts.get(one.number);
            if (part == null || !part.qetag().equals(one.etag)) {
                throw Problem.badRequest("no such part: %d, %s".formatted(one.number, one.etag))
                        .refused();
            }
            if (!parts.isEmpty() && parts.getLast().number() >= one.number) {
                throw Problem.badRequest("parts are not in ascending order: " + one.number)
                        .refused();
            }
            if (!parts.isEmpty() && parts.getLast().size() < MIN_PART_BYTES) {
                throw Problem.badRequest(
                                "part %d is not the last and below %d bytes: %d"
                                        .formatted(
                                                parts.getLast().number(),
                                                MIN_PART_BYTES,
                                                parts.getLast().size()))
                        .refused();
            }
            parts.add(part);
        }
        return parts;
    }

    private Content joined(List<PartTaken> parts) {
        return existing(
                new Joining(blobs)
                        .joined(
                                parts.stream()
                                        .map(part ->
                                                new Joining.Piece(
                                                        part.blob(), part.size(), part.blocks()))
                                        .toList()));
    }

    private State state(UploadToken token, Target target, String id) throws InterruptedException {
        var state = found(token, target, id);
        if (state == null) {
            streams.catchUp();
            state = found(token, target, id);
        }
        return existing(state);
    }

    private @Nullable State found(UploadToken token, Target target, String id) {
        var events = streams.read(stream(id));
        var begun = checked(token, target, events);
        if (begun == null) {
            return null;
        }
        var parts = new TreeMap<Integer, PartTaken>();
        for (var event : events) {
            switch (event) {
                case UploadBegun _ -> {}
                case PartTaken part -> parts.put(part.number(), part);
                case UploadCompleted _, UploadAborted _ -> {
                    return null;
                }
            }
        }
        return new State(begun, parts, events.size());
    }

    /** Null if that is no upload that goes on, or not the one that is meant. */
    private @Nullable UploadBegun checked(
            UploadToken token, Target target, List<PartEvent> events) {
        return !events.isEmpty()
                        && events.getFirst() instanceof UploadBegun begun
                        && begun.account().equals(token.credential().account())
                        && begun.bucket().equals(target.bucket)
                        && Objects.equals(begun.key(), target.key)
                        && begun.expiresAt() > clock.instant().getEpochSecond()
                        && !(events.getLast() instanceof UploadCompleted)
                        && !(events.getLast() instanceof UploadAborted)
                ? begun
                : null;
    }

    private static <T> T existing(@Nullable T there) {
        if (there == null) {
            throw noSuchUpload();
        }
        return there;
    }

    private static StreamId stream(String id) {
        if (!ID.matcher(id).matches()) {
            throw noSuchUpload();
        }
        return PartEvent.stream(id);
    }

    /** In words that SDKs know. */
    private static Problem.Refused noSuchUpload() {
        return Problem.of(612, "no such uploadId").refused();
    }

    private static Upload upload(String id, State state) {
        return new Upload(id, state.begun.expiresAt());
    }

    private static Part told(PartTaken part) {
        return new Part(part.number(), part.size(), part.qetag(), part.md5(), part.time());
    }
}
