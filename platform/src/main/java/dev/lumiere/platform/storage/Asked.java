package dev.lumiere.platform.storage;

/**
 * What a command is told of an object and what is to be made of it.
 *
 * @param query empty for the original
 */
record Asked(ObjectName object, String query) {
    /** Reads {@code BUCKET/KEY?PIPELINE}; the last question mark divides. */
    static Asked parse(String text) {
        var question = text.lastIndexOf('?');
        return question < 0
                ? new Asked(ObjectName.parse(text), "")
                : new Asked(
                        ObjectName.parse(text.substring(0, question)),
                        text.substring(question + 1).replace("|", "%7C"));
    }
}
