package dev.lumiere.image.operation;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the numbers of EXIF's enumerations mean. Libexif says it too, but some builds of it, npm's
 * among them, know the numbers and not the words.
 *
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">Exif
 *     3.0, section 4.6</a>
 */
final class ExifWords {
    private static final Pattern UNKNOWN =
            Pattern.compile("Internal error \\(unknown value (\\d{1,5})\\)");

    private static final Map<String, Map<Integer, String>> WORDS =
            Map.ofEntries(
                    Map.entry(
                            "Orientation",
                            from(
                                    1,
                                    "Top-left",
                                    "Top-right",
                                    "Bottom-right",
                                    "Bottom-left",
                                    "Left-top",
                                    "Right-top",
                                    "Right-bottom",
                                    "Left-bottom")),
                    Map.entry("ResolutionUnit", from(2, "Inch", "Centimeter")),
                    Map.entry("FocalPlaneResolutionUnit", from(2, "Inch", "Centimeter")),
                    Map.entry("YCbCrPositioning", from(1, "Centered", "Co-sited")),
                    Map.entry(
                            "ColorSpace", Map.of(1, "sRGB", 2, "Adobe RGB", 65535, "Uncalibrated")),
                    Map.entry(
                            "ExposureProgram",
                            from(
                                    0,
                                    "Not defined",
                                    "Manual",
                                    "Normal program",
                                    "Aperture priority",
                                    "Shutter priority",
                                    "Creative program (biased toward depth of field)",
                                    "Creative program (biased toward fast shutter speed)",
                                    "Portrait mode (for closeup photos with the background out of focus)",
                                    "Landscape mode (for landscape photos with the background in focus)")),
                    Map.entry(
                            "MeteringMode",
                            from(
                                    0,
                                    "Unknown",
                                    "Average",
                                    "Center-weighted average",
                                    "Spot",
                                    "Multi spot",
                                    "Pattern",
                                    "Partial")),
                    Map.entry(
                            "Flash",
                            Map.of(
                                    0, "Flash did not fire",
                                    1, "Flash fired",
                                    7, "Strobe return light detected",
                                    9, "Flash fired, compulsory flash mode",
                                    16, "Flash did not fire, compulsory flash mode",
                                    24, "Flash did not fire, auto mode",
                                    25, "Flash fired, auto mode",
                                    32, "No flash function",
                                    65, "Flash fired, red-eye reduction mode",
                                    89, "Flash fired, auto mode, red-eye reduction mode")),
                    Map.entry(
                            "ExposureMode",
                            from(0, "Auto exposure", "Manual exposure", "Auto bracket")),
                    Map.entry(
                            "WhiteBalance", from(0, "Auto white balance", "Manual white balance")),
                    Map.entry(
                            "SceneCaptureType",
                            from(0, "Standard", "Landscape", "Portrait", "Night scene")),
                    Map.entry(
                            "SensingMethod",
                            from(
                                    1,
                                    "Not defined",
                                    "One-chip color area sensor",
                                    "Two-chip color area sensor",
                                    "Three-chip color area sensor",
                                    "Color sequential area sensor")),
                    Map.entry("CustomRendered", from(0, "Normal process", "Custom process")),
                    Map.entry("Contrast", from(0, "Normal", "Soft", "Hard")),
                    Map.entry("Saturation", from(0, "Normal", "Low saturation", "High saturation")),
                    Map.entry("Sharpness", from(0, "Normal", "Soft", "Hard")));

    private ExifWords() {}

    /** What libexif said, or the word for it where it had none, or else the number. */
    static String of(String tag, String said) {
        var unknown = UNKNOWN.matcher(said);
        if (!unknown.matches()) {
            return said;
        }
        var number = Integer.parseInt(unknown.group(1));
        return WORDS.getOrDefault(tag, Map.of()).getOrDefault(number, Integer.toString(number));
    }

    private static Map<Integer, String> from(int first, String... words) {
        var numbered = new HashMap<Integer, String>();
        for (var word : words) {
            numbered.put(first + numbered.size(), word);
        }
        return Map.copyOf(numbered);
    }
}
