package dev.lumiere.service.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
    @TempDir Path home;

    @Test
    void aFolderGoesWithAllInItAndNothingElse() throws Exception {
        var kept = Files.writeString(Files.createDirectory(home.resolve("kept")).resolve("a"), "b");
        var tree = home.resolve("tree");
        Files.createDirectories(tree.resolve("deep/er"));
        Files.writeString(tree.resolve("deep/file"), "content");
        Files.createSymbolicLink(tree.resolve("link"), home.resolve("kept"));

        FileTree.delete(tree);
        FileTree.delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("b");
    }

    @Test
    void aLinkThatLeadsNowhereGoes() throws Exception {
        var link = Files.createSymbolicLink(home.resolve("link"), home.resolve("nowhere"));

        FileTree.delete(link);

        assertThat(Files.isSymbolicLink(link)).isFalse();
    }
}
