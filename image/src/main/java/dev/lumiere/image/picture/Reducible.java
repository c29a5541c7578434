package dev.lumiere.image.picture;

import dev.lumiere.fop.Reduction;
import dev.lumiere.image.vips.Image;
import dev.lumiere.image.vips.ImageScope;
import java.util.List;
import java.util.OptionalInt;

/** A source of which reduced versions are made as it is decoded. */
public record Reducible(Source source, Reducer reducer) implements Input {
    @Override
    public Size stored() {
        return source.stored();
    }

    @Override
    public int orientation() {
        return source.orientation();
    }

    @Override
    public int frames() {
        return source.frames();
    }

    @Override
    public boolean hasMetadata() {
        return false;
    }

    @Override
    public OutputFormat sameFormat() {
        return source.sameFormat();
    }

    @Override
    public OptionalInt jpegQuality() {
        return source.jpegQuality();
    }

    @Override
    public List<Image> images(ImageScope scope, Size wanted, boolean allFrames) {
        var asStored = isTurned() ? wanted.turned() : wanted;
        var level = Reduction.LEVELS;
        while (level > 0 && !stored().halved(level).covers(asStored)) {
            level--;
        }
        return reducer.images(source, level);
    }
}
