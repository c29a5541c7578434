package dev.lumiere.fop;

/**
 * Reduced versions of a large source: both sides halved once, twice or three times. They come about
 * as by-products of the first decode and serve later requests in place of the source. A worker that
 * knows of them says {@code reduces=OPERATION,…} in its metadata.
 *
 * <p>Either a worker gets some as inputs, and nothing else to work on, and refuses with {@link
 * #LARGER} or {@link #SOURCE} if none will do; or it gets the source, and outputs to put them in. A
 * version made by one worker is read by no other than those of the same service and version.
 */
public final class Reduction {
    /** How often the sides of the smallest version are halved. */
    public static final int LEVELS = 3;

    /** Status of a refusal: a larger version would do. */
    public static final int LARGER = 428;

    /** Status of a refusal: only the source itself will do. */
    public static final int SOURCE = 424;

    /** Bytes before the pixels, at most. */
    public static final int MAX_HEADER_BYTES = 64;

    private Reduction() {}

    /** The name of an input that is a version, and of an output for one that is wanted. */
    public static String name(int level) {
        return "reduced-" + level;
    }

    /** The name of an output for a version that comes about anyhow. */
    public static String byProduct(int level) {
        return "by-product-" + level;
    }
}
