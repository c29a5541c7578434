package dev.lumiere.systemtest.corpus;

import static dev.lumiere.systemtest.corpus.Octets.latin;

import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SVGs and PDFs: programs rather than pictures. */
final class DrawnFiles {
    private final Look look = Look.colored();
    private final Path secret;
    private final List<OddFile> files = new ArrayList<>();

    private DrawnFiles(Path secret) {
        this.secret = secret;
    }

    /**
     * All of them.
     *
     * @param secret a picture that some of them try to show
     */
    static List<OddFile> all(Path secret) {
        var drawn = new DrawnFiles(secret);
        drawn.addDrawings();
        drawn.addReaders();
        drawn.addBombs();
        drawn.addPdfs();
        return drawn.files;
    }

    /** Those that take longer than anybody waits. */
    static List<OddFile> endless() {
        var drawn = new DrawnFiles(Path.of("/none.png"));
        drawn.addEndless();
        return drawn.files;
    }

    private void addDrawings() {
        shown("plain.svg", svg("width='96' height='64'", ""));
        shown("view-box.svg", svg("width='96' height='64' viewBox='0 0 96 64'", ""));
        shown(
                "xml.svg",
                "<?xml version='1.0' encoding='UTF-8'?>\n<!-- a comment -->\n"
                        + svg("width='96' height='64'", ""));
        shown(
                "style.svg",
                svg("width='96px' height='64px'", "<style>rect { stroke: none }</style>"));
        harmless("no-size.svg", svg("", ""));
        harmless("percent.svg", svg("width='100%' height='100%'", ""));
        harmless("size-0.svg", svg("width='0' height='0'", ""));
        harmless("size-negative.svg", svg("width='-5' height='-5'", ""));
        refused("size-100000.svg", svg("width='100000' height='100000'", ""), "100000");
        harmless("size-1e30.svg", svg("width='1e30' height='1e30'", ""));
        harmless("size-nan.svg", svg("width='NaN' height='inf'", ""));
        harmless(
                "not-closed.svg",
                "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect");
        harmless(
                "not-utf-8.svg",
                "<?xml version='1.0' encoding='UTF-8'?>"
                        + svg("width='9' height='9'", "<text>\u00ff\u00fe</text>"));
        harmless(
                "wrong-encoding.svg",
                "<?xml version='1.0' encoding='EBCDIC'?>" + svg("width='9' height='9'", ""));
        harmless(
                "script.svg",
                svg("width='96' height='64' onload='alert(1)'", "<script>while(true){}</script>"));
    }

    /** None shows what it refers to. */
    private void addReaders() {
        for (var href :
                List.of(
                        "file://" + secret,
                        secret.toString(),
                        secret.getFileName().toString(),
                        "http://127.0.0.1:8081/health",
                        "http://localhost/x.png",
                        "data:image/png;base64,AAAA",
                        "data:image/svg+xml,<svg/>",
                        "#self",
                        "file:///dev/zero",
                        "file:///dev/random",
                        "file:///proc/self/environ")) {
            var image =
                    "<image id='self' width='96' height='64' href='%s' xlink:href='%s'/>"
                            .formatted(href.replace("<", "&lt;"), href.replace("<", "&lt;"));
            shown(
                    "image-" + href.replaceAll("[^A-Za-z0-9]+", "-") + ".svg",
                    svg(
                            "width='96' height='64' xmlns:xlink='http://www.w3.org/1999/xlink'",
                            image));
        }
        harmless(
                "include.svg",
                svg(
                        "width='96' height='64' xmlns:xi='http://www.w3.org/2001/XInclude'",
                        "<xi:include href='file:///etc/passwd' parse='text'/>"));
        harmless(
                "style-import.svg",
                "<?xml-stylesheet href='file:///etc/passwd'?>"
                        + svg(
                                "width='96' height='64'",
                                "<style>@import url(file:///etc/passwd);"
                                        + " rect{fill:url(file:///etc/passwd)}</style>"));
        for (var name :
                List.of("file:///etc/passwd", "http://127.0.0.1:8081/health", "file:///dev/zero")) {
            refused(
                    "entity-" + name.replaceAll("[^a-z]+", "-") + ".svg",
                    "<!DOCTYPE svg [<!ENTITY e SYSTEM '%s'>]>".formatted(name)
                            + svg("width='96' height='64'", "<text y='20'>&e;</text>"),
                    "");
        }
        harmless(
                "doctype.svg",
                "<!DOCTYPE svg SYSTEM 'http://127.0.0.1:8081/svg.dtd'>"
                        + svg("width='96' height='64'", ""));
    }

    private void addBombs() {
        var lol = new StringBuilder("<!DOCTYPE svg [<!ENTITY l0 'lol'>");
        for (var i = 1; i <= 20; i++) {
            lol.append("<!ENTITY l%d '%s'>".formatted(i, "&l%d;".formatted(i - 1).repeat(10)));
        }
        harmless("lol.svg", lol + "]>" + svg("width='96' height='64'", "<text>&l20;</text>"));
        harmless(
                "circular-use.svg",
                svg(
                        "width='96' height='64'",
                        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"));
        harmless(
                "circular-pattern.svg",
                svg(
                        "width='96' height='64'",
                        "<pattern id='p' width='5' height='5' patternUnits='userSpaceOnUse'>"
                                + "<rect width='5' height='5' fill='url(#p)'/></pattern>"
                                + "<rect width='96' height='64' fill='url(#p)'/>"));
        harmless(
                "deep.svg",
                svg("width='96' height='64'", "<g>".repeat(100_000) + "</g>".repeat(100_000)));
        harmless(
                "points.svg",
                svg(
                        "width='900' height='900'",
                        "<path fill-rule='evenodd' d='M0 0"
                                + "L900 1L0 899L899 0".repeat(3_000)
                                + "'/>"));
    }

    /** Little to read and far too much to draw. */
    private void addEndless() {
        var uses = new StringBuilder("<defs><rect id='u0' width='1' height='1'/>");
        for (var i = 1; i <= 20; i++) {
            uses.append(
                    "<g id='u%d'>%s</g>"
                            .formatted(i, "<use href='#u%d'/>".formatted(i - 1).repeat(10)));
        }
        harmless("uses.svg", svg("width='96' height='64'", uses + "</defs><use href='#u20'/>"));
        harmless(
                "blur.svg",
                svg(
                        "width='9000' height='2000'",
                        "<filter id='f'><feGaussianBlur stdDeviation='9999'/></filter>"
                                + "<rect width='9000' height='2000' filter='url(#f)'/>"));
        harmless(
                "turbulence.svg",
                svg(
                        "width='3000' height='3000'",
                        "<filter id='f' width='9' height='9'>"
                                + "<feTurbulence baseFrequency='0.01' numOctaves='255'/></filter>"
                                + "<rect width='3000' height='3000' filter='url(#f)'/>"));
        harmless(
                "pattern.svg",
                svg(
                        "width='3000' height='3000'",
                        "<pattern id='p' width='0.001' height='0.001'"
                                + " patternUnits='userSpaceOnUse'><rect width='1' height='1'/></pattern>"
                                + "<rect width='3000' height='3000' fill='url(#p)'/>"));
        harmless(
                "dashes.svg",
                svg(
                        "width='3000' height='3000'",
                        "<path d='M0 0L1e7 1e7' stroke='red' stroke-dasharray='0.0001'/>"));
    }

    private void addPdfs() {
        var drawing = new StringBuilder();
        for (var i = 0; i < 4; i++) {
            var color = look.quarters().get(i);
            drawing.append(
                    String.format(
                            Locale.ROOT,
                            "%.3f %.3f %.3f rg %d %d 48 32 re f\n",
                            color.getRed() / 255.0,
                            color.getGreen() / 255.0,
                            color.getBlue() / 255.0,
                            48 * (i % 2),
                            32 * (1 - i / 2)));
        }
        shown("plain.pdf", pdf("96 64", drawing.toString()));
        harmless("empty-page.pdf", pdf("96 64", ""));
        harmless("page-1000000.pdf", pdf("1000000 1000000", ""));
        harmless("page-0.pdf", pdf("0 0", ""));
        harmless("page-negative.pdf", pdf("-5 -5", ""));
        harmless("unbalanced.pdf", pdf("96 64", "q ".repeat(30_000)));
        harmless("paths.pdf", pdf("960 640", "0 0 m 960 1 l 0 639 l ".repeat(5_000) + "f*"));
        harmless("no-objects.pdf", "%PDF-1.7\n%%EOF");
    }

    private void shown(String name, String text) {
        var format = name.substring(name.lastIndexOf('.') + 1);
        files.add(OddFile.shown(name, latin(text), format, look));
    }

    private void harmless(String name, String text) {
        files.add(OddFile.harmless(name, latin(text)));
    }

    private void refused(String name, String text, String reason) {
        files.add(OddFile.refused(name, latin(text), reason));
    }

    private String svg(String attributes, String more) {
        var rectangles = new StringBuilder();
        for (var i = 0; i < 4; i++) {
            rectangles.append(
                    "<rect x='%d' y='%d' width='48' height='32' fill='%s'/>"
                            .formatted(48 * (i % 2), 32 * (i / 2), word(look.quarters().get(i))));
        }
        return "<svg xmlns='http://www.w3.org/2000/svg' %s>%s%s</svg>"
                .formatted(attributes, rectangles, more);
    }

    private static String word(Color color) {
        return "#%06x".formatted(color.getRGB() & 0xffffff);
    }

    /** One page; readers make up the table that is left out. */
    private static String pdf(String size, String drawing) {
        return """
        %%PDF-1.4
        1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
        2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
        3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R>> endobj
        4 0 obj <</Length %d>> stream
        %s
        endstream endobj
        trailer <</Root 1 0 R /Size 5>>
        %%%%EOF
        """
                .formatted(size, drawing.length(), drawing);
    }
}
