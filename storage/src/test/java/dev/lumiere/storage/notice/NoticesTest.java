package dev.lumiere.storage.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lumiere.eventlog.EventLog;
import dev.lumiere.eventlog.FollowingLogDevice;
import dev.lumiere.eventlog.rocks.RocksLogDevice;
import dev.lumiere.service.Metrics;
import dev.lumiere.service.fetch.FetchConfig;
import dev.lumiere.service.fetch.OutgoingClient;
import dev.lumiere.storage.ToldServer;
import dev.lumiere.storage.ToldServer.Post;
import dev.lumiere.storage.catalog.Catalog;
import dev.lumiere.storage.catalog.Catalog.IfExists;
import dev.lumiere.storage.catalog.CatalogObject;
import dev.lumiere.storage.catalog.CatalogSamples;
import dev.lumiere.storage.rule.ChangeKind;
import dev.lumiere.storage.rule.EventRule;
import dev.lumiere.storage.sign.Credential;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real hosts are told of what becomes of objects in a real log. */
class NoticesTest {
    private static final Instant START = Instant.parse("2026-06-01T00:00:00.25Z");
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Credential KEY = new Credential("ak", "sk", "a1", true);
    private static final Credential OTHER = new Credential("ak2", "sk2", "a2", true);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ALL = "put,mkfile,copy,move,delete,disable,enable";

    @TempDir private Path home;
    private volatile Instant now = START;
    private final Vertx vertx = Vertx.vertx();
    private ToldServer told;
    private EventLog log;
    private Catalog catalog;
    private OutgoingClient outgoing;
    private Metrics metrics;
    private Notices notices;

    @BeforeEach
    void start() throws Exception {
        told = new ToldServer();
        open();
        for (var bucket : List.of("one", "two")) {
            catalog.buckets().create(bucket, "a1", "z0");
        }
        begin();
    }

    private void open() throws Exception {
        log = EventLog.open(new RocksLogDevice(home.resolve("log"), 4));
        catalog = Catalog.open(home.resolve("views"), log, _ -> false, () -> now, UUID::randomUUID);
    }

    private void begin() {
        outgoing = outgoing();
        metrics = new Metrics();
        notices = notices(catalog, log);
    }

    private OutgoingClient outgoing() {
        var fetch =
                new FetchConfig(false, Set.of("127.0.0.1"), Set.of(), 1000, Duration.ofMinutes(5));
        return new OutgoingClient(vertx, fetch, () -> now);
    }

    private Notices notices(Catalog of, EventLog in) {
        return new Notices(
                of,
                in,
                Map.of("ak", KEY, "ak2", OTHER)::get,
                outgoing::post,
                metrics.registry(),
                () -> now,
                UUID::randomUUID);
    }

    private void stop() {
        notices.close();
        outgoing.close();
        metrics.close();
    }

    @AfterEach
    void end() throws Exception {
        stop();
        told.close();
        catalog.close();
        log.close();
        vertx.close().await();
    }

    private EventRule rule(String name, String prefix, String suffix, String events, String path) {
        return rule(name, prefix, suffix, events, path, "ak");
    }

    private EventRule rule(
            String name, String prefix, String suffix, String events, String path, String key) {
        return new EventRule(
                        name,
                        prefix,
                        suffix,
                        List.of(events.split(",", -1)),
                        List.of(told.url(path)),
                        key,
                        "",
                        catalog.buckets().now().toString())
                .checked();
    }

    private void add(String bucket, EventRule rule) {
        catalog.buckets()
                .set(
                        bucket,
                        settings -> {
                            var more = new ArrayList<>(settings.events());
                            more.add(rule);
                            return settings.withEvents(more);
                        });
    }

    private void addFor(String bucket, String path) {
        add(bucket, rule("all", "", "", ALL, path));
    }

    private CatalogObject object(String bucket, String key, int content) {
        return CatalogSamples.object(bucket, key, content, now).inClass(1);
    }

    private void put(String bucket, String key, int content) {
        catalog.put(object(bucket, key, content), IfExists.REPLACE);
    }

    private List<Post> posts(String path) {
        return told.posts().stream().filter(post -> post.target().equals(path)).toList();
    }

    private static JsonNode message(Post post) {
        try {
            return JSON.readTree(JSON.readTree(post.body()).path("Message").asText());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String inShort(Post post) {
        var message = message(post);
        return "%s %s/%s %s"
                .formatted(
                        message.path("event").asText(),
                        message.path("bucket").asText(),
                        message.path("key").asText(),
                        message.path("hash").asText());
    }

    private List<String> inShort(String path) {
        return posts(path).stream().map(NoticesTest::inShort).toList();
    }

    private double counted(String outcome) {
        return metrics.registry()
                .get("lumiere.storage.notices")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private long written() throws IOException {
        var all = 0L;
        for (var partition = 0; partition < log.partitions(); partition++) {
            all += log.version(NoticeEvent.stream(partition));
        }
        return all;
    }

    @Test
    void whatBecomesOfAnObjectIsToldInItsOrderAndSigned() {
        addFor("one", "/cb?x=1");
        put("one", "a", 1);
        catalog.put(object("one", "a", 2), IfExists.REPLACE, ChangeKind.MKFILE);
        catalog.change("one", "a", object -> object.disabled(true));
        catalog.change("one", "a", object -> object.ofType("text/plain"));
        catalog.change("one", "a", object -> object.disabled(false));
        catalog.delete("one", "a");

        await().until(() -> posts("/cb?x=1").size() == 5);
        assertThat(inShort("/cb?x=1"))
                .containsExactly(
                        "put one/a hash1",
                        "mkfile one/a hash2",
                        "disable one/a hash2",
                        "enable one/a hash2",
                        "delete one/a hash2");
        var post = told.posts().getFirst();
        assertThat(post.type()).isEqualTo("application/json");
        assertThat(told.posts()).allMatch(each -> told.isSigned(each, "ak", "sk"));
    }

    @Test
    void aNoticeHasTheDocumentedFields() throws Exception {
        addFor("one", "/cb");
        put("one", "höhö \"1\"", 7);

        await().until(() -> posts("/cb").size() == 1);
        var body = JSON.readTree(told.posts().getFirst().body());
        assertThat(body.path("Subject").asText()).isEqualTo("Qiniu KODO Notification");
        assertThat(body.path("Timestamp").asText()).isEqualTo("2026-06-01T08:00:00+08:00");
        var message = message(told.posts().getFirst());
        assertThat(message.path("time").asLong()).isEqualTo(1_780_272_000_250_000_000L);
        assertThat(message.path("key").asText()).isEqualTo("höhö \"1\"");
        assertThat(message.path("fsize").asLong()).isEqualTo(7);
        assertThat(message.path("ftype").asInt()).isOne();
        assertThat(message.path("mimetype").asText()).isEqualTo("image/jpeg");
        assertThat(message.path("user_id").asText()).isEqualTo("a1");
        assertThat(message.path("reqid").asText()).hasSize(36);
    }

    @Test
    void copiesAndMovesAreToldWithBothNamesAndAMoveAlsoWhereItLeft() {
        addFor("one", "/one");
        addFor("two", "/two");
        put("one", "a", 1);
        catalog.copy("one", "a", "two", "b", false);
        catalog.move("one", "a", "two", "c", false);
        catalog.move("two", "c", "two", "d", false);

        await().until(() -> posts("/one").size() == 2 && posts("/two").size() == 3);
        assertThat(inShort("/one")).containsExactly("put one/a hash1", "move one/a hash1");
        assertThat(inShort("/two"))
                .containsExactlyInAnyOrder(
                        "copy one/a hash1", "move one/a hash1", "move two/c hash1");
        assertThat(posts("/two"))
                .extracting(post -> message(post).path("dest_key").asText())
                .containsExactlyInAnyOrder("b", "c", "d");
        assertThat(message(posts("/one").getLast()).path("dest_bucket").asText()).isEqualTo("two");
    }

    @Test
    void theFirstRuleThatFitsCountsAndNothingFromBeforeItIsTold() {
        put("one", "img/before.jpg", 1);
        add("one", rule("pictures", "img/", ".jpg", "put", "/pictures"));
        add("one", rule("others", "", "", "put,delete", "/others"));
        put("one", "img/a.jpg", 2);
        put("one", "img/a.txt", 3);
        put("two", "img/a.jpg", 4);
        catalog.delete("one", "img/a.jpg");

        await().until(() -> posts("/pictures").size() == 1 && posts("/others").size() == 2);
        assertThat(inShort("/pictures")).containsExactly("put one/img/a.jpg hash2");
        assertThat(inShort("/others"))
                .containsExactlyInAnyOrder("put one/img/a.txt hash3", "delete one/img/a.jpg hash2");
        assertThat(told.posts()).hasSize(3);
    }

    @Test
    void whereNobodyIsToldNothingIsWritten() throws Exception {
        IntStream.range(0, 2000).parallel().forEach(i -> put("one", "k" + i, i));
        addFor("two", "/cb");
        put("two", "a", 1);

        await().until(() -> posts("/cb").size() == 1);
        assertThat(written()).isLessThanOrEqualTo(4);
    }

    @Test
    void whoDoesNotAnswerKeepsNobodyWaitingAndIsToldLater() {
        addFor("one", "/silent");
        addFor("two", "/cb");
        var keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> put("one", key, 1));
        await().until(() -> posts("/silent").size() == PostPlaces.MOST_OF_RULE);
        keys.forEach(key -> put("two", key, 2));

        await().until(() -> posts("/cb").size() == 100);
        told.letGo();
        await().until(() -> posts("/silent").size() == 100);
        assertThat(inShort("/silent"))
                .containsExactlyInAnyOrderElementsOf(
                        keys.stream().map(key -> "put one/" + key + " hash1").toList());
    }

    @Test
    void anAccountWhoseHostsAreSilentKeepsNoOtherWaiting() {
        catalog.buckets().create("three", "a2", "z0");
        add("three", rule("all", "", "", ALL, "/cb", "ak2"));
        var silent = IntStream.range(0, PostPlaces.AT_ONCE).mapToObj(i -> "k" + i).toList();
        for (var key : silent) {
            add("one", rule(key, key + "/", "", ALL, "/silent"));
            add("two", rule(key, key + "/", "", ALL, "/silent"));
            put("one", key + "/", 1);
            put("two", key + "/", 1);
        }
        await().until(() -> posts("/silent").size() == PostPlaces.MOST_OF_ACCOUNT);

        put("three", "a", 1);

        await().until(() -> posts("/cb").size() == 1);
        assertThat(posts("/silent")).hasSize(PostPlaces.MOST_OF_ACCOUNT);
        assertThat(told.isSigned(posts("/cb").getFirst(), "ak2", "sk2")).isTrue();
    }

    @Test
    void thoseOfOneObjectAreInOrderHoweverManyWait() {
        addFor("one", "/silent");
        var contents = IntStream.rangeClosed(1, 5 * Lane.PLACES).boxed().toList();
        contents.forEach(content -> put("one", "a", content));
        await().until(() -> posts("/silent").size() == 1);

        told.letGo();

        await().until(() -> posts("/silent").size() == contents.size());
        assertThat(inShort("/silent"))
                .containsExactlyElementsOf(
                        contents.stream().map(content -> "put one/a hash" + content).toList());
    }

    @Test
    void afterAStopInTheMiddleTheRestIsTold() throws Exception {
        addFor("one", "/cb");
        addFor("two", "/silent");
        put("one", "before", 1);
        await().until(() -> posts("/cb").size() == 1);
        IntStream.rangeClosed(1, 40).forEach(content -> put("two", "a", content));
        await().until(() -> posts("/silent").size() == 1);

        stop();
        put("one", "meanwhile", 2);
        told.letGo();
        begin();

        await().until(() -> posts("/silent").size() == 41 && posts("/cb").size() == 2);
        assertThat(inShort("/cb"))
                .containsExactly("put one/before hash1", "put one/meanwhile hash2");
        assertThat(inShort("/silent").subList(1, 41))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 40).mapToObj(i -> "put two/a hash" + i).toList());
        var body = posts("/silent").getFirst().body();
        assertThat(posts("/silent").get(1).body()).as("told again").isEqualTo(body);
    }

    @Test
    void whatWasNotWrittenDownBeforeACrashIsToldAgain() throws Exception {
        addFor("one", "/cb");
        put("one", "a", 1);
        await().until(() -> written() == 1);
        put("one", "a", 2);
        await().until(() -> counted("told") == 2);

        catalog.close();
        log.close();
        stop(); // when nothing can be written any more
        open();
        begin();

        await().until(() -> posts("/cb").size() == 3);
        assertThat(inShort("/cb"))
                .containsExactly("put one/a hash1", "put one/a hash2", "put one/a hash2");
    }

    @Test
    void whoNeverTakesItIsGivenUpAndTheNextIsTold() {
        addFor("one", "/cb");
        told.status = 500;
        put("one", "a", 1);
        for (var tries = 1; tries <= Lane.MAX_TRIES; tries++) {
            var times = tries;
            await().until(() -> counted("failed") == times);
            assertThat(counted("given-up")).isEqualTo(tries == Lane.MAX_TRIES ? 1 : 0);
            now = now.plus(Duration.ofMinutes(6));
        }

        told.status = 200;
        put("one", "a", 2);
        await().until(() -> counted("told") == 1);
        assertThat(inShort("/cb").getLast()).isEqualTo("put one/a hash2");
        assertThat(counted("given-up")).isOne();
    }

    @Test
    void ofSeveralUrlsTheNextIsToldIfOneDoesNotTakeIt() {
        var rule =
                new EventRule(
                        "all",
                        "",
                        "",
                        List.of("put"),
                        List.of("http://127.0.0.2:1/", "http://127.0.0.1:1/", told.url("/cb")),
                        "ak",
                        "me.example",
                        catalog.buckets().now().toString());
        add("one", rule.checked());
        put("one", "a", 1);

        await().until(() -> posts("/cb").size() == 1);
        assertThat(told.posts().getFirst().host()).isEqualTo("me.example");
    }

    @Test
    void nobodyIsToldByARuleThatIsGoneOrWhoseKeySignsNothing() {
        add("one", rule("gone", "gone/", "", "put", "/silent"));
        put("one", "gone/1", 1);
        put("one", "gone/1", 2);
        await().until(() -> posts("/silent").size() == 1);
        catalog.buckets().set("one", settings -> settings.withEvents(List.of()));
        told.letGo();
        var other =
                new EventRule(
                        "x",
                        "",
                        "",
                        List.of("put"),
                        List.of(told.url("/cb")),
                        "other",
                        "",
                        catalog.buckets().now().toString());
        add("two", other);
        put("two", "a", 1);

        await().until(() -> counted("failed") == 1);
        add("one", rule("gone", "gone/", "", "put", "/cb"));
        put("one", "gone/1", 3); // behind all that is not wanted
        await().until(() -> posts("/cb").size() == 1);
        assertThat(inShort("/cb")).containsExactly("put one/gone/1 hash3");
        assertThat(posts("/silent")).hasSize(1);
    }

    @Test
    void aRuleIsNotToldWhatAnEarlierOneOfItsNameHadStillToTell() {
        addFor("one", "/silent");
        IntStream.rangeClosed(1, 3 * Lane.PLACES).forEach(content -> put("one", "a", content));
        await().until(() -> posts("/silent").size() == 1);
        catalog.buckets().set("one", settings -> settings.withEvents(List.of()));
        addFor("one", "/cb");
        put("one", "a", 99);

        told.letGo();

        await().until(() -> posts("/cb").size() == 1);
        assertThat(inShort("/cb")).containsExactly("put one/a hash99");
        assertThat(posts("/silent")).hasSize(1);
    }

    @Test
    void whoTakesAPartitionOverWaitsUntilItKnowsTheRules() throws Exception {
        addFor("two", "/cb");
        var device = new FollowingLogDevice(log);
        try (var otherLog = device.open();
                var other =
                        Catalog.open(
                                home.resolve("other"),
                                otherLog,
                                _ -> false,
                                () -> now,
                                UUID::randomUUID)) {
            assertThat(otherLog.catchUp(WITHIN)).isTrue();
            assertThat(other.view().waitFor(log.end(), WITHIN)).isTrue();
            device.canCatchUp(false);
            addFor("one", "/silent");
            IntStream.rangeClosed(1, 40).forEach(content -> put("one", "a", content));
            await().until(() -> posts("/silent").size() == 1);
            stop();
            told.letGo();

            outgoing = outgoing();
            metrics = new Metrics();
            notices = notices(other, log);
            await().during(Duration.ofSeconds(1)).until(() -> posts("/silent").size() == 1);
            device.canCatchUp(true);
            assertThat(otherLog.catchUp(WITHIN)).isTrue();

            await().until(() -> posts("/silent").size() == 41);
            stop(); // before the view is closed
            begin();
        }
    }

    @Test
    void ofNodesThatShareALogOneTellsAlsoByARuleThatTheOtherMade() throws Exception {
        stop();
        outgoing = outgoing();
        metrics = new Metrics();
        try (var otherLog = new FollowingLogDevice(log).open();
                var other =
                        Catalog.open(
                                home.resolve("other"),
                                otherLog,
                                _ -> false,
                                () -> now,
                                UUID::randomUUID);
                var _ = notices(other, otherLog)) {
            notices = notices(catalog, log);
            var rule = rule("all", "", "", "put", "/cb");
            other.buckets().set("one", settings -> settings.withEvents(List.of(rule)));
            var keys = IntStream.range(0, 20).mapToObj(i -> "k" + i).toList();
            keys.forEach(key -> put("one", key, 1));

            await().until(() -> counted("told") == 20);
            keys.forEach(key -> put("one", key, 2)); // behind whatever comes twice
            await().until(() -> counted("told") >= 40);
            assertThat(posts("/cb")).hasSize(40);
        }
    }
}
