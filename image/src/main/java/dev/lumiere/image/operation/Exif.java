package dev.lumiere.image.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lumiere.fop.Parameters;
import dev.lumiere.fop.SourceFormat;
import dev.lumiere.fop.Stage;
import dev.lumiere.image.picture.Source;
import dev.lumiere.image.picture.TiffTags;
import dev.lumiere.image.picture.Tools;
import dev.lumiere.image.picture.Written;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.VipsException;
import dev.lumiere.service.Problem;
import io.vertx.core.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code exif}: what a camera wrote into the file, as JSON: each tag's name with its EXIF type and
 * its value as libexif words it, such as {@code 1/50 sec.} and {@code 0.33 EV}. Tags of the
 * thumbnail and those without a name are left out.
 */
public record Exif() implements Operation.OnFile {
    private static final int MAX_VALUE_CHARACTERS = 1024;
    private static final int MAX_CHARACTERS = 64 << 10;

    /** As libvips numbers them: the picture itself, EXIF, GPS, interoperability. */
    private static final List<String> DIRECTORIES =
            List.of("exif-ifd0-", "exif-ifd2-", "exif-ifd3-", "exif-ifd4-");

    /** What libexif adds where it is missing, so that it is to be looked up whether it is there. */
    private static final Map<String, Integer> ADDED =
            Map.ofEntries(
                    Map.entry("Orientation", 0x112),
                    Map.entry("XResolution", 0x11a),
                    Map.entry("YResolution", 0x11b),
                    Map.entry("ResolutionUnit", 0x128),
                    Map.entry("YCbCrPositioning", 0x213),
                    Map.entry("ExifVersion", 0x9000),
                    Map.entry("ComponentsConfiguration", 0x9101),
                    Map.entry("FlashpixVersion", 0xa000),
                    Map.entry("FlashPixVersion", 0xa000),
                    Map.entry("ColorSpace", 0xa001),
                    Map.entry("PixelXDimension", 0xa002),
                    Map.entry("PixelYDimension", 0xa003));

    /** How the pixels of a TIFF lie, other files in it, and its preview: nothing of a camera. */
    private static final Set<Integer> STRUCTURE =
            Set.of(
                    0xfe, 0xff, 0x100, 0x101, 0x102, 0x103, 0x106, 0x10a, 0x111, 0x115, 0x116,
                    0x117, 0x118, 0x119, 0x11c, 0x129, 0x13d, 0x140, 0x142, 0x143, 0x144, 0x145,
                    0x14a, 0x152, 0x153, 0x15b, 0x201, 0x202, 0x212, 0x2bc, 0x83bb, 0x8649, 0x8773);

    /** What every TIFF has, with a camera or without. */
    private static final Set<Integer> USUAL = Set.of(0x112, 0x11a, 0x11b, 0x128);

    static Exif parse(Stage stage) {
        Parameters.read(stage, Parameters.Shape.of());
        return new Exif();
    }

    @Override
    public Written apply(Written file, Tools tools) {
        var source = Source.read(tools.scope(), file, tools.config());
        try {
            var tags =
                    source.format() == SourceFormat.TIFF
                            ? ofTiff(source.bytes(), tools)
                            : ofBlock(source.header());
            if (tags.isEmpty()) {
                throw none();
            }
            return Written.of(tags.toBuffer().getBytes(), "application/json");
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }

    private static Problem.Refused none() {
        return Problem.badRequest("no exif data").refused();
    }

    private static JsonObject ofBlock(Image image) {
        var block = MemorySegment.ofArray(image.bytes("exif-data"));
        var begin = block.byteSize() >= 6 && isNamed(block) ? 6 : 0;
        var there = TiffTags.read(block.asSlice(begin)).map(TiffTags::tags).orElse(Set.of());
        return described(image, there);
    }

    private static boolean isNamed(MemorySegment block) {
        return block.asSlice(0, 6).mismatch(MemorySegment.ofArray("Exif\0\0".getBytes(ISO_8859_1)))
                == -1;
    }

    /** Libvips reads none of a TIFF: its tags are put into a JPEG of one pixel. */
    private static JsonObject ofTiff(MemorySegment tiff, Tools tools) {
        var tags = TiffTags.read(tiff).orElseThrow(Exif::none);
        var there = tags.tags();
        there.removeAll(STRUCTURE);
        if (USUAL.containsAll(there)) {
            throw none();
        }
        var scope = tools.scope();
        var pixel = scope.call("black", "width", 1, "height", 1);
        var jpeg = scope.save("jpegsave_buffer", "in", pixel, "strip", true).asByteBuffer();
        var block = tags.block(STRUCTURE);
        var whole = tools.memory().allocate(jpeg.capacity() + 10L + block.length);
        whole.asByteBuffer()
                .put(jpeg.slice(0, 2))
                .putShort((short) 0xffe1)
                .putShort((short) (8 + block.length))
                .put("Exif\0\0".getBytes(ISO_8859_1))
                .put(block)
                .put(jpeg.slice(2, jpeg.capacity() - 2));
        return described(scope.call("jpegload_buffer", "buffer", whole), there);
    }

    private static JsonObject described(Image image, Set<Integer> there) {
        var tags = new JsonObject();
        var characters = 0;
        var fields = image.fields();
        for (var directory : DIRECTORIES) {
            for (var name : fields) {
                if (!name.startsWith(directory)) {
                    continue;
                }
                var tag = name.substring(directory.length());
                var isThere = !ADDED.containsKey(tag) || there.contains(ADDED.get(tag));
                var field = ExifField.parse(image.text(name));
                if (!isThere || field.isEmpty() || tags.containsKey(tag)) {
                    continue;
                }
                var value = clean(ExifWords.of(tag, field.get().value()));
                characters += tag.length() + value.length();
                if (characters > MAX_CHARACTERS) {
                    return tags;
                }
                tags.put(tag, JsonObject.of("type", field.get().type(), "val", value));
            }
        }
        return tags;
    }

    /** Without control characters, halves of characters and white space around it; bounded. */
    private static String clean(String text) {
        var clean = new StringBuilder();
        text.strip()
                .codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .filter(c -> Character.getType(c) != Character.SURROGATE)
                .limit(MAX_VALUE_CHARACTERS)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }
}
