package dev.lumiere.api.storage;

import dev.lumiere.service.BodyStream;
import dev.lumiere.service.Exchange;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.blob.BlobStore;
import dev.lumiere.storage.sign.KeyRing;
import dev.lumiere.storage.sign.UploadToken;
import dev.lumiere.storage.upload.Completion;
import dev.lumiere.storage.upload.Content;
import dev.lumiere.storage.upload.ContentWriter;
import dev.lumiere.storage.upload.UploadAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /}: a form with a file in it and what is to become of it. Its parts come in any
 * order, so the file may come before anybody has said that it may; of such only a few are taken in
 * at once.
 */
final class FormUpload {
    private static final long MAX_FILE_BYTES = 1 << 30;
    private static final int MAX_FIELD_BYTES = 64 << 10;
    private static final int MAX_FIELDS_BYTES = 256 << 10;

    /** Fields, and the headers of all parts. */
    private static final int MAX_AROUND_BYTES = 2 << 20;

    private static final int MAX_BLIND = 64;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final KeyRing keys;
    private final BlobStore blobs;
    private final Completion completion;
    private final Semaphore blind = new Semaphore(MAX_BLIND);

    FormUpload(KeyRing keys, BlobStore blobs, Completion completion) {
        this.keys = keys;
        this.blobs = blobs;
        this.completion = completion;
    }

    void handle(Exchange exchange, BodyStream body) throws IOException, InterruptedException {
        var paced = PacedBody.of(body);
        try (var form = new Form(exchange, paced::limit)) {
            try {
                form.read(new FormParts(exchange.request().getHeader("Content-Type"), paced));
                var answer = form.complete();
                if (form.isForPage()) {
                    UploadAnswers.sendAsPage(exchange, answer);
                } else {
                    UploadAnswers.send(exchange, answer);
                }
            } catch (Problem.Refused e) {
                var page = form.returnUrl();
                if (page.isEmpty()) {
                    throw e;
                }
                UploadAnswers.redirect(exchange, told(page, e.problem()));
            }
        }
    }

    private static String told(String page, Problem problem) {
        return page
                + (page.indexOf('?') < 0 ? "?" : "&")
                + "code="
                + problem.status()
                + "&error="
                + URLEncoder.encode(problem.error(), StandardCharsets.UTF_8);
    }

    /** What of one form has come in. */
    private final class Form implements AutoCloseable {
        private final Exchange exchange;
        private final UploadFields fields = new UploadFields();
        private final Map<String, String> own = new HashMap<>();
        private final LongConsumer limit;
        private @Nullable UploadToken token;
        private @Nullable ContentWriter file;
        private boolean isBlind;
        private int fieldsBytes;

        /**
         * Nothing of it but the token in the head, if there is one.
         *
         * @param limit told how many bits a second may come as soon as that is known
         */
        Form(Exchange exchange, LongConsumer limit) {
            this.exchange = exchange;
            this.limit = limit;
            var inHead = UploadHandler.headerToken(exchange, keys);
            if (inHead != null) {
                allowedBy(inHead);
            }
        }

        private void allowedBy(UploadToken by) {
            token = by;
            limit.accept(by.policy().trafficLimit());
        }

        void read(FormParts parts) throws IOException {
            for (var part = parts.next(); part != null; part = parts.next()) {
                if (part.name().equals("file")) {
                    readFile(part, parts.content());
                } else {
                    readField(part.name(), parts);
                }
            }
            parts.end();
        }

        private void readFile(FormPart part, InputStream content) throws IOException {
            if (file != null) {
                throw Problem.badRequest("twice: file").refused();
            }
            var limit = MAX_FILE_BYTES;
            if (token != null) {
                completion.admit(token, fields.key(), leastBytes());
                var most = token.policy().fsizeLimit();
                limit = most > 0 ? Math.min(limit, most) : limit;
            } else if (blind.tryAcquire()) {
                isBlind = true;
            } else {
                throw Problem.unavailable("too many files come before their token", RETRY_AFTER)
                        .refused();
            }
            if (part.fileName() != null) {
                fields.set("fname", part.fileName());
            }
            if (part.contentType() != null) {
                fields.set("mimeType", part.contentType());
            }
            file = new ContentWriter(blobs);
            file.take(content, limit);
        }

        /** Of the file, by what the request says it has in all; 0 if it does not say. */
        private long leastBytes() {
            var all = exchange.request().getHeader("Content-Length");
            return all == null ? 0 : Math.max(0, Long.parseLong(all) - MAX_AROUND_BYTES);
        }

        private void readField(String name, FormParts parts) throws IOException {
            var isOwn = name.equals("token") || name.equals("crc32") || name.equals("accept");
            if (!isOwn
                    && !name.equals("key")
                    && !name.startsWith("x:")
                    && !name.startsWith("x-qn-meta-")) {
                fieldsBytes += parts.skip(MAX_FIELDS_BYTES - fieldsBytes);
                return;
            }
            var value = UploadText.read(name, parts.content(), MAX_FIELD_BYTES);
            fieldsBytes += value.length() + name.length();
            if (fieldsBytes > MAX_FIELDS_BYTES) {
                throw Problem.badRequest("fields of over " + MAX_FIELDS_BYTES + " bytes").refused();
            }
            if (!isOwn) {
                fields.set(name, value);
            } else if (own.put(name, value) != null) {
                throw Problem.badRequest("twice: " + name).refused();
            }
            if (name.equals("token")) {
                allowedBy(UploadHandler.verified(exchange, value, keys));
            }
        }

        UploadAnswer complete() throws InterruptedException {
            if (token == null) {
                throw Problem.of(401, "token not specified").refused();
            }
            if (file == null) {
                throw Problem.badRequest("the form has no file").refused();
            }
            completion.admit(token);
            var content = file.finish();
            checkCrc(content);
            return completion.complete(token, fields.request(), content);
        }

        private void checkCrc(Content content) {
            var told = own.get("crc32");
            if (told != null
                    && !told.isBlank()
                    && UploadText.number("crc32", told.strip()) != content.blob().crc32()) {
                throw Problem.of(406, "the file's crc32 is not " + told.strip()).refused();
            }
        }

        boolean isForPage() {
            return "text/html".equals(own.get("accept"));
        }

        /** Where a browser goes on; empty for nowhere. */
        String returnUrl() {
            return token == null ? "" : token.policy().returnUrl();
        }

        @Override
        public void close() {
            if (isBlind) {
                blind.release();
            }
            if (file != null) {
                file.close();
            }
        }
    }
}
