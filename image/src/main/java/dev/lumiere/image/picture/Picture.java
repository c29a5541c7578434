package dev.lumiere.image.picture;

import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import dev.lumiere.image.vips.VipsException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What a stage makes: images in sRGB or grey, eight bits a band, and how to write them when no
 * further stage follows.
 *
 * @param images the frames, at least one, all of one size
 * @param stored their size
 * @param orientation EXIF's 1 to 8, still to be applied by who shows it; 0 if they are upright
 */
public record Picture(List<Image> images, Size stored, int orientation, Encoding encoding)
        implements Input {
    public Picture {
        images = List.copyOf(images);
    }

    /** Upright frames. */
    public static Picture of(List<Image> images, Encoding encoding) {
        return new Picture(images, Size.of(images.getFirst()), 0, encoding);
    }

    /** The same with something done to each frame. */
    public Picture each(UnaryOperator<Image> step) {
        var done = images.stream().map(step).toList();
        return new Picture(done, Size.of(done.getFirst()), orientation, encoding);
    }

    /** The same, to be written in another way. */
    public Picture as(Encoding other) {
        return new Picture(images, stored, orientation, other);
    }

    @Override
    public int frames() {
        return images.size();
    }

    @Override
    public boolean hasMetadata() {
        return encoding.keepsMetadata();
    }

    @Override
    public OutputFormat sameFormat() {
        return encoding.format();
    }

    @Override
    public OptionalInt jpegQuality() {
        return encoding.format() == OutputFormat.JPEG
                ? OptionalInt.of(encoding.quality())
                : OptionalInt.empty();
    }

    @Override
    public List<Image> images(ImageScope scope, Size wanted, boolean allFrames) {
        return allFrames ? images : images.subList(0, 1);
    }

    /** The same with its pixels computed; those of an animation, too many to hold, are left. */
    public Picture computed(ImageScope scope) {
        if (images.size() > 1) {
            return this;
        }
        try {
            return new Picture(
                    List.of(scope.inMemory(images.getFirst())), stored, orientation, encoding);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }
}
