package dev.lumiere.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketLinesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, kept",
        "0, 0, 9, deleted after 9 days",
        "-1, 90, 0, infrequent access at once; archive after 90 days",
        "30, 90, 400, infrequent access after 30 days; archive after 90 days; deleted after 400 days",
    })
    void aLifecycleIsToldInItsOrder(int line, int archive, int delete, String told)
            throws Exception {
        var info =
                """
                {"lifecycle_rules": [{"name": "a", "prefix": "logs/", "to_line_after_days": %d,
                  "to_archive_after_days": %d, "delete_after_days": %d}]}
                """
                        .formatted(line, archive, delete);

        assertThat(BucketLines.of(new JsonMapper().readTree(info)))
                .anyMatch(text -> text.startsWith("lifecycle") && text.endsWith("logs/*  " + told));
    }
}
