package dev.lumiere.api.management;

import dev.lumiere.service.Problem;
import dev.lumiere.storage.bucket.Origin;
import org.jspecify.annotations.Nullable;

/**
 * An operation's text, word by word: {@code /copy/<entry>/<entry>/force/true}. The slash before the
 * first may be left out.
 */
final class Words {
    private final String text;
    private final String[] words;
    private int next;

    Words(String text) {
        this.text = text;
        words = (text.startsWith("/") ? text.substring(1) : text).split("/", -1);
    }

    /**
     * The next one.
     *
     * @param what it is, for the refusal if it is not there
     */
    String word(String what) {
        if (next == words.length || words[next].isEmpty()) {
            throw Encoded.refused("no " + what, text);
        }
        return words[next++];
    }

    /** The next one, which is base64 of text. */
    String decoded(String what) {
        return Encoded.base64(word(what), what);
    }

    /** As {@link #decoded}, but it may be empty. */
    String emptyOrDecoded(String what) {
        if (next < words.length && words[next].isEmpty()) {
            next++;
            return "";
        }
        return decoded(what);
    }

    Place place() {
        return Place.decode(word("entry"));
    }

    ObjectName object() {
        return place().object();
    }

    /** A number within bounds. */
    int number(String what, int min, int max) {
        return Parameters.number(what, word(what), min, max);
    }

    /** The next one if there is any, a name of what follows it. */
    @Nullable String name() {
        return next == words.length ? null : word("name");
    }

    /** The end, or {@code /host/<base64>} before it: a host's name; empty for none. */
    String host() {
        var option = name();
        if (option == null) {
            return "";
        }
        if (!option.equals("host")) {
            throw unknown(option);
        }
        var host = decoded("host");
        end();
        try {
            return Origin.checkedHost(host);
        } catch (IllegalArgumentException e) {
            throw Encoded.refused(String.valueOf(e.getMessage()), text);
        }
    }

    /** The next one, which can only be {@code name}. */
    void expect(String name) {
        var word = word(name);
        if (!word.equals(name)) {
            throw Encoded.refused("not " + name + " but " + word, text);
        }
    }

    /** There is no more. */
    void end() {
        if (next < words.length) {
            throw Encoded.refused("more than there may be", text);
        }
    }

    /** The refusal of a name that means nothing here. */
    Problem.Refused unknown(String name) {
        return Encoded.refused("nothing is called " + name, text);
    }
}
