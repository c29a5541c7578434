package dev.lumiere.fop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any pipeline and any query. A failure names the seed and the case. */
class PipelinesPropertyTest {
    private static final int CASES = 20_000;
    private static final String ALPHABET =
            "aZ09-._~|/%&=+ !<>@^$(){}\\\"'?#;:,*\u0000\n\u007fé水😀\uffff";
    private static final List<String> CORPUS =
            List.of(
                    "imageView/1/w/200/h/200",
                    "imageView2/2/w/300|imageInfo",
                    "imageMogr2/auto-orient/thumbnail/!75p/crop/!300x400a10a10%7CimageInfo",
                    "watermark/2/text/5LiD54mb5LqR5a2Y5YKo/fill/d2hpdGU=/dx/20&attname=a%20b.jpg",
                    "imageView2/1/w/200&e=1451491200&token=ak:abc=",
                    "vframe/jpg/offset/2/",
                    "imageMogr2/size-limit/%24%28fsize%29!",
                    "v=1&_=2&response-content-type=text/html&imageInfo",
                    "%E6%B0%B4%E5%8D%B0/%F0%9F%98%80");

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_123, 7_919})
    void theCanonicalFormComesBackAndIsUnique(long seed) {
        var random = new SplittableRandom(seed);
        var seen = new HashMap<String, Pipeline>();
        for (var i = 0; i < CASES; i++) {
            var pipeline = pipeline(random);
            var form = pipeline.canonical();

            assertThat(Pipeline.decode(form)).as("seed %d case %d", seed, i).isEqualTo(pipeline);
            assertThat(form).matches("[A-Za-z0-9._~%/|-]+");
            var same = seen.putIfAbsent(form, pipeline);
            assertThat(same == null || same.equals(pipeline)).isTrue();
            assertThat(new Pipeline(List.copyOf(pipeline.stages())).canonical()).isEqualTo(form);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 104_729, 1_299_709})
    void whatIsWrittenAsAQueryIsReadAsWritten(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CASES; i++) {
            var pipeline = pipeline(random);
            var query = pipeline.canonical();
            // An encoded bar divides stages in a query, so only bars within a segment differ.
            if (query.contains("%7C")
                    || query.length() > Pipelines.MAX_QUERY_LENGTH
                    || pipeline.stages().stream().anyMatch(s -> !known(s.operation()))) {
                continue;
            }
            var noisy = "v=7&" + query.replace("/", random.nextBoolean() ? "//" : "/") + "&e=1";

            if (noisy.length() <= Pipelines.MAX_QUERY_LENGTH) {
                assertThat(Pipelines.parse(noisy, PipelinesPropertyTest::known))
                        .as("seed %d case %d", seed, i)
                        .isEqualTo(new PipelineRequest.Operations(pipeline, null));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 15_485_863, 32_452_843})
    void anyQueryIsReadOrRefusedAndNothingElse(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CASES; i++) {
            var query =
                    random.nextInt(4) == 0
                            ? text(random, random.nextInt(60))
                            : mutated(CORPUS.get(random.nextInt(CORPUS.size())), random);
            try {
                switch (Pipelines.parse(query, PipelinesPropertyTest::known)) {
                    case PipelineRequest.Original _ -> {}
                    case PipelineRequest.Operations(var pipeline, _) ->
                            assertThat(Pipeline.decode(pipeline.canonical())).isEqualTo(pipeline);
                    case PipelineRequest.Malformed(var problem) ->
                            assertThat(problem.status()).isIn(400, 414);
                }
            } catch (RuntimeException e) {
                fail("seed " + seed + " case " + i + ": " + query, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 49_979_687})
    void anyCanonicalFormIsReadOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CASES; i++) {
            var form = mutated(pipeline(random).canonical(), random);
            try {
                var pipeline = Pipeline.decode(form);
                assertThat(Pipeline.decode(pipeline.canonical())).isEqualTo(pipeline);
            } catch (IllegalArgumentException _) {
                // refused
            }
        }
    }

    @Test
    void theWorstQueriesTakeNoLongerThanTheirLength() {
        for (var piece :
                List.of("|", "%7C", "/", "&", "%", "a/", "=", "a|", "&attname=%41", "x/|")) {
            var query = piece.repeat(Pipelines.MAX_QUERY_LENGTH / piece.length());
            assertThat(Pipelines.parse(query, PipelinesPropertyTest::known)).isNotNull();
            assertThat(Pipelines.parse("imageView/" + query, PipelinesPropertyTest::known))
                    .isNotNull();
        }
    }

    private static boolean known(String operation) {
        return !operation.startsWith("no");
    }

    private static Pipeline pipeline(SplittableRandom random) {
        var stages = new ArrayList<Stage>();
        var count = 1 + random.nextInt(random.nextInt(20) == 0 ? Pipeline.MAX_STAGES : 3);
        for (var i = 0; i < count; i++) {
            var arguments = new ArrayList<String>();
            for (var j = random.nextInt(8); j > 0; j--) {
                arguments.add(text(random, 1 + random.nextInt(6)));
            }
            stages.add(new Stage(text(random, 1 + random.nextInt(3)), arguments));
        }
        return new Pipeline(stages);
    }

    private static String text(SplittableRandom random, int codePoints) {
        var text = new StringBuilder();
        for (var i = 0; i < codePoints; i++) {
            text.appendCodePoint(codePoint(random));
        }
        return text.toString();
    }

    private static int codePoint(SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            var all = ALPHABET.codePoints().toArray();
            return all[random.nextInt(all.length)];
        }
        var any = random.nextInt(Character.MAX_CODE_POINT + 1);
        return any >= Character.MIN_SURROGATE && any <= Character.MAX_SURROGATE ? 'x' : any;
    }

    /** Up to five edits: a piece deleted, doubled, or something put in, half a pair included. */
    private static String mutated(String text, SplittableRandom random) {
        var mutant = new StringBuilder(text);
        for (var edits = 1 + random.nextInt(5); edits > 0; edits--) {
            var from = random.nextInt(mutant.length() + 1);
            var to = Math.min(mutant.length(), from + random.nextInt(6));
            switch (random.nextInt(5)) {
                case 0 -> mutant.delete(from, to);
                case 1 -> mutant.insert(from, mutant.substring(from, to).repeat(3));
                case 2 -> mutant.insert(from, (char) random.nextInt(0x10000));
                case 3 -> mutant.insert(from, CORPUS.get(random.nextInt(CORPUS.size())));
                default -> mutant.insert(from, text(random, 2));
            }
        }
        return mutant.toString();
    }
}
