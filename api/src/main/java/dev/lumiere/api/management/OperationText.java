package dev.lumiere.api.management;

import dev.lumiere.api.management.Operation.ChangeClass;
import dev.lumiere.api.management.Operation.ChangeMetadata;
import dev.lumiere.api.management.Operation.ChangeStatus;
import dev.lumiere.api.management.Operation.Copy;
import dev.lumiere.api.management.Operation.Delete;
import dev.lumiere.api.management.Operation.Move;
import dev.lumiere.api.management.Operation.Restore;
import dev.lumiere.api.management.Operation.Schedule;
import dev.lumiere.api.management.Operation.Stat;
import dev.lumiere.service.Problem;
import dev.lumiere.storage.rule.StorageClass;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads operations; what is none is refused with 400. */
final class OperationText {
    /** The first words of all there are. */
    static final List<String> NAMES =
            List.of(
                    "stat",
                    "delete",
                    "copy",
                    "move",
                    "chgm",
                    "chtype",
                    "chstatus",
                    "deleteAfterDays",
                    "lifecycle",
                    "restoreAr");

    /** A hundred years. */
    static final int MAX_DAYS = 36_500;

    static final int MAX_CLASS = 5;
    private static final int MAX_FREEZE_DAYS = 7;
    private static final Map<String, StorageClass> CLASSES =
            Map.of(
                    "toIAAfterDays", StorageClass.INFREQUENT_ACCESS,
                    "toArchiveIRAfterDays", StorageClass.ARCHIVE_INSTANT_RETRIEVAL,
                    "toArchiveAfterDays", StorageClass.ARCHIVE,
                    "toDeepArchiveAfterDays", StorageClass.DEEP_ARCHIVE);
    private static final String METADATA = "x-qn-meta-";
    private static final int MAX_METADATA_BYTES = 1024;
    private static final Pattern METADATA_NAME = Pattern.compile("!?[A-Za-z0-9_-]{1,50}");
    private static final Pattern MIME_TYPE = Pattern.compile("[A-Za-z0-9.+/;=,_ \"*-]{0,200}");

    private OperationText() {}

    static Operation parse(String text) {
        var words = new Words(text);
        var name = words.word("operation");
        var operation =
                switch (name) {
                    case "stat" -> new Stat(words.object());
                    case "delete" -> new Delete(words.object());
                    case "copy" -> new Copy(words.object(), words.object(), force(words));
                    case "move" -> new Move(words.object(), words.object(), force(words));
                    case "chgm" -> metadata(words);
                    case "chtype" -> {
                        var object = words.object();
                        words.expect("type");
                        yield new ChangeClass(object, words.number("type", 0, MAX_CLASS));
                    }
                    case "chstatus" -> {
                        var object = words.object();
                        words.expect("status");
                        yield new ChangeStatus(object, words.number("status", 0, 1) == 1);
                    }
                    case "deleteAfterDays" -> {
                        var object = words.object();
                        var days = words.number("days", 0, MAX_DAYS);
                        yield new Schedule(object, days == 0 ? -1 : days, Map.of(), Condition.NONE);
                    }
                    case "lifecycle" -> lifecycle(words);
                    case "restoreAr" -> {
                        var object = words.object();
                        words.expect("freezeAfterDays");
                        words.number("freezeAfterDays", 1, MAX_FREEZE_DAYS);
                        yield new Restore(object);
                    }
                    default -> throw words.unknown(name);
                };
        words.end();
        return operation;
    }

    private static boolean force(Words words) {
        var name = words.name();
        if (name == null) {
            return false;
        }
        if (!name.equals("force")) {
            throw words.unknown(name);
        }
        return switch (words.word("force")) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw Encoded.refused("force is neither true nor false", other);
        };
    }

    private static ChangeMetadata metadata(Words words) {
        var object = words.object();
        String mimeType = null;
        var metadata = new HashMap<String, String>();
        var condition = Condition.NONE;
        for (var name = words.name(); name != null; name = words.name()) {
            if (name.equals("mime")) {
                mimeType = mimeType(words.emptyOrDecoded("mime"));
            } else if (name.equals("cond")) {
                condition = Condition.parse(words.decoded("cond"));
            } else if (name.regionMatches(true, 0, METADATA, 0, METADATA.length())) {
                metadata.put(
                        metadataName(name.substring(METADATA.length())),
                        metadataValue(words.emptyOrDecoded(name)));
            } else {
                throw words.unknown(name);
            }
        }
        checkSize(metadata);
        return new ChangeMetadata(object, mimeType, Map.copyOf(metadata), condition);
    }

    private static String mimeType(String text) {
        if (!MIME_TYPE.matcher(text).matches()) {
            throw Encoded.refused("no MIME type of up to 200 characters", text);
        }
        return text;
    }

    private static String metadataName(String text) {
        if (!METADATA_NAME.matcher(text).matches()) {
            throw Encoded.refused(
                    METADATA + "… is not named by 1 to 50 of letters, digits, _ and -", text);
        }
        return text;
    }

    private static String metadataValue(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badRequest("a value of metadata has a control character").refused();
        }
        return text;
    }

    /** As there is so much for one object. */
    static void checkSize(Map<String, String> metadata) {
        var bytes = 0;
        for (var item : metadata.entrySet()) {
            bytes += item.getKey().length();
            bytes += item.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_METADATA_BYTES) {
            throw Problem.badRequest("metadata is over " + MAX_METADATA_BYTES + " bytes: " + bytes)
                    .refused();
        }
    }

    private static Schedule lifecycle(Words words) {
        var object = words.object();
        var days = 0;
        var classAfterDays = new EnumMap<StorageClass, Integer>(StorageClass.class);
        var condition = Condition.NONE;
        for (var name = words.name(); name != null; name = words.name()) {
            switch (name) {
                case "deleteAfterDays" -> days = words.number(name, -1, MAX_DAYS);
                case "cond" -> condition = Condition.parse(words.decoded("cond"));
                default -> {
                    var to = CLASSES.get(name);
                    if (to == null) {
                        throw words.unknown(name);
                    }
                    classAfterDays.put(to, words.number(name, -1, MAX_DAYS));
                }
            }
        }
        try {
            StorageClass.checkDays(classAfterDays, days);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage())).refused();
        }
        return new Schedule(object, days, classAfterDays, condition);
    }
}
