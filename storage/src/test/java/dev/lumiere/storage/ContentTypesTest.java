package dev.lumiere.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTypesTest {
    @ParameterizedTest
    @CsvSource({
        "a.jpg, image/jpeg",
        "a/b.c/A.JPEG, image/jpeg",
        "film.tar.mp4, video/mp4",
        "notes.txt, text/plain; charset=utf-8",
        "a.jpg/b, application/octet-stream",
        "a., application/octet-stream",
        "a.jpg.exe, application/octet-stream"
    })
    void theExtensionOfTheLastSegmentSays(String key, String type) {
        assertThat(ContentTypes.of(key)).isEqualTo(type);
    }
}
