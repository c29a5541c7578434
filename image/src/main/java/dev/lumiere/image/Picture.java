package dev.lumiere.image;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a stage makes: upright images in sRGB or grey, eight bits a band, and how to write them when
 * no further stage follows.
 *
 * @param images the frames, at least one, all of one size
 */
record Picture(List<Image> images, Size size, Encoding encoding) implements Input {
    Picture {
        images = List.copyOf(images);
    }

    @Override
    public int frames() {
        return images.size();
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
    Picture computed(ImageScope scope) {
        if (images.size() > 1) {
            return this;
        }
        try {
            return new Picture(List.of(scope.inMemory(images.getFirst())), size, encoding);
        } catch (VipsException e) {
            throw Source.corrupt(e);
        }
    }
}
