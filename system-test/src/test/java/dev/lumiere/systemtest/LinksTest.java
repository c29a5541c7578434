package dev.lumiere.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whether what the pages link to is there. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]+)");

    @Test
    void everyLinkToAFileLeadsToOne() throws IOException {
        var dead = new ArrayList<String>();
        for (var page : pages()) {
            var links = LINK.matcher(Files.readString(page)).results().map(m -> m.group(1));
            links.filter(link -> !Files.exists(page.resolveSibling(link)))
                    .forEach(link -> dead.add(page.getFileName() + ": " + link));
        }

        assertThat(dead).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        var pages = new ArrayList<Path>();
        for (var folder : List.of(".", "docs", "docs/decisions")) {
            try (var files = Files.list(RunningNode.ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }
}
