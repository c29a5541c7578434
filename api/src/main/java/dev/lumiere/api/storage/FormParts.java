package dev.lumiere.api.storage;

import dev.lumiere.service.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.MultipartInput.MalformedStreamException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a form as they come, at most {@value #MAX_PARTS}, with headers of at most {@value
 * #MAX_HEADER_BYTES} bytes each. What is no form is refused with 400.
 */
final class FormParts {
    private static final int MAX_PARTS = 200;
    private static final int MAX_HEADER_BYTES = 8192;
    private static final int MAX_BOUNDARY = 200;
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream body;
    private final MultipartInput input;
    private int parts;

    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    /**
     * Of a body.
     *
     * @throws Problem.Refused 400 if its type is not that of a form
     */
    FormParts(@Nullable String contentType, InputStream body) throws IOException {
        this.body = body;
        var boundary =
                contentType != null
                                && contentType.regionMatches(true, 0, "multipart/form-data", 0, 19)
                        ? FormPart.parameter(contentType, "boundary")
                        : null;
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw Problem.badRequest("no multipart/form-data with a boundary: " + contentType)
                    .refused();
        }
        input =
                MultipartInput.builder()
                        .setInputStream(body)
                        .setBoundary(boundary.getBytes(StandardCharsets.ISO_8859_1))
                        .setBufferSize(BUFFER_BYTES)
                        .setMaxPartHeaderSize(MAX_HEADER_BYTES)
                        .get();
        input.setHeaderCharset(StandardCharsets.ISO_8859_1);
    }

    /**
     * The next part, the content of which is to be read before the one after it; null at the end.
     */
    @Nullable FormPart next() throws IOException {
        return read(() -> {
            var there = parts == 0 ? input.skipPreamble() : input.readBoundary();
            if (!there) {
                if (parts == 0) {
                    throw new MalformedStreamException("no part begins");
                }
                return null;
            }
            if (++parts > MAX_PARTS) {
                throw Problem.badRequest("the form has over " + MAX_PARTS + " parts").refused();
            }
            var headers = input.readHeaders().getBytes(StandardCharsets.ISO_8859_1);
            return FormPart.parse(UploadText.utf8("the header of a part", headers));
        });
    }

    /** What is in the part. */
    InputStream content() {
        var content = input.newInputStream();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return FormParts.read(content::read);
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return FormParts.read(() -> content.read(into, offset, length));
            }
        };
    }

    /**
     * Passes over what is in the part.
     *
     * @param max how many bytes at most
     * @return how many
     */
    int skip(int max) throws IOException {
        return passOver(content(), max, "what is not known of the form");
    }

    /** Passes over what comes behind the last part, which may be a line or two. */
    void end() throws IOException {
        var _ = passOver(body, MAX_HEADER_BYTES, "what comes behind the form");
    }

    private static int passOver(InputStream in, int max, String what) throws IOException {
        var rest = new byte[1024];
        var passed = 0;
        for (var n = in.read(rest); n >= 0; n = in.read(rest)) {
            passed += n;
            if (passed > max) {
                throw Problem.badRequest("%s is over %d bytes".formatted(what, max)).refused();
            }
        }
        return passed;
    }

    private static <T extends @Nullable Object> T read(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (FileUploadSizeException e) {
            throw Problem.badRequest("the header of a part is over " + MAX_HEADER_BYTES + " bytes")
                    .refused();
        } catch (FileUploadException e) {
            if (e.getCause() instanceof EOFException gone) {
                throw gone;
            }
            throw Problem.badRequest("no whole form: " + e.getMessage()).refused();
        }
    }
}
