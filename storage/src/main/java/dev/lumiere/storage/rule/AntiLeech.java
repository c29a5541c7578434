package dev.lumiere.storage.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps others from showing a bucket's objects on their pages.
 *
 * @param referer by the page that shows it
 * @param checksReferer whether that is held against requests here, not only by a CDN in front
 * @param sealedKeys with which URLs are signed that hold for a time, sealed, the one in use first;
 *     none if URLs need no such signature
 */
public record AntiLeech(RefererRule referer, boolean checksReferer, List<String> sealedKeys) {
    /** Two, so that one can be replaced while URLs of the other are still about. */
    public static final int MAX_KEYS = 2;

    /** Nobody is kept out. */
    public static final AntiLeech OFF = new AntiLeech(RefererRule.OFF, true, List.of());

    public AntiLeech {
        sealedKeys = List.copyOf(sealedKeys);
        if (sealedKeys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("over " + MAX_KEYS + " keys");
        }
    }

    /** The same with another rule for pages, which is checked here or not. */
    public AntiLeech with(RefererRule other, boolean isChecked) {
        return new AntiLeech(other, isChecked, sealedKeys);
    }

    /** The same with other keys. */
    public AntiLeech withSealedKeys(List<String> others) {
        return new AntiLeech(referer, checksReferer, others);
    }

    /** Whether it depends on more than the address who gets an object. */
    public boolean keepsSomeOut() {
        return !sealedKeys.isEmpty() || (checksReferer && referer.mode() != RefererRule.Mode.OFF);
    }

    /**
     * Whether a page may show an object.
     *
     * @param page the header {@code Referer}; null if there is none
     */
    public boolean allows(@Nullable String page) {
        return !checksReferer || referer.allows(page);
    }
}
