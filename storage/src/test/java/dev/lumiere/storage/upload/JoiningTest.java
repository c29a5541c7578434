package dev.lumiere.storage.upload;

import static dev.lumiere.storage.upload.UploadNode.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lumiere.storage.blob.BlobId;
import dev.lumiere.storage.blob.BlockHashes;
import dev.lumiere.storage.blob.QETag;
import dev.lumiere.storage.upload.Joining.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contents made of others, read again or not. */
class JoiningTest {
    private static final int BLOCK = 4 << 20;

    @TempDir private Path folder;
    private UploadNode node;

    @BeforeEach
    void open() throws Exception {
        node = new UploadNode(folder);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private Piece piece(byte[] bytes, boolean isKnown) throws Exception {
        var blob = node.content(bytes).blob();
        @Nullable BlockHashes hashes = isKnown ? blob.blocks() : null;
        return new Piece(blob.id(), blob.size(), hashes);
    }

    @ParameterizedTest
    @CsvSource({
        "4194304, true,  false",
        "8388608, true,  false",
        "4194304, false, true",
        "1048576, true,  true",
        "5000000, true,  true",
    })
    void onlyWhatIsNotOfWholeBlocksOrNotKnownIsReadAgain(int part, boolean isKnown, boolean isRead)
            throws Exception {
        var bytes = random(2 * part + 100, part);
        bytes[0] = (byte) 0xff;
        bytes[1] = (byte) 0xd8;
        bytes[2] = (byte) 0xff;
        var pieces = new ArrayList<Piece>();
        for (var at = 0; at < bytes.length; at += part) {
            pieces.add(
                    piece(
                            Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + part)),
                            isKnown || at > 0));
        }

        var content = Objects.requireNonNull(new Joining(node.blobs).joined(pieces));

        assertThat(content.sniffedType()).isEqualTo("image/jpeg");
        assertThat(content.blob().md5().isEmpty()).isNotEqualTo(isRead);
        assertThat(content.blob().size()).isEqualTo(bytes.length);
        assertThat(content.blob().qetag()).isEqualTo(QETag.of(bytes));
        assertThat(content.blob().id()).isEqualTo(node.content(bytes).blob().id());
        assertThat(node.bytes(content.blob().id())).isEqualTo(bytes);
        assertThat(node.blobs.verify(content.blob().id())).isTrue();
    }

    @Test
    void ofWhatIsNotThereNothingIsMade() throws Exception {
        var there = piece(random(BLOCK, 1), true);
        var gone = new Piece(new BlobId("7".repeat(64)), 5, there.blocks());

        assertThat(new Joining(node.blobs).joined(List.of(there, gone))).isNull();
        assertThat(new Joining(node.blobs).joined(List.of(gone))).isNull();
        assertThat(new Joining(node.blobs).joined(List.of())).isNotNull();
    }

    @Test
    void onePieceIsTheWhole() throws Exception {
        var one = piece(random(100, 1), true);

        assertThat(new Joining(node.blobs).joined(List.of(one)))
                .extracting(content -> content.blob().id())
                .isEqualTo(one.blob());
        assertThat(node.blobs.list(null, 10)).hasSize(1);
    }
}
