package dev.lumiere.systemtest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The table of modules in docs/ARCHITECTURE.md, as a rule. */
@AnalyzeClasses(packages = "dev.lumiere", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** What a module uses directly; what those use it may use too. */
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    entry("eventlog", Set.of()),
                    entry("service", Set.of()),
                    entry("fop", Set.of("service")),
                    entry("image", Set.of("fop")),
                    entry("storage", Set.of("eventlog", "service")),
                    entry("rendition", Set.of("fop", "storage")),
                    entry("gateway", Set.of("rendition")),
                    entry("deploy", Set.of("service")),
                    entry("api", Set.of("eventlog", "gateway", "deploy")),
                    entry("platform", Set.of("api", "image")),
                    entry("examples", Set.of("eventlog")));

    @ArchTest
    static void modulesUseOnlyWhatTheTableAllows(JavaClasses all) {
        MAY_USE.forEach((module, _) -> {
            var banned = new HashSet<>(MAY_USE.keySet());
            banned.remove(module);
            banned.removeAll(reachable(module));
            if (banned.isEmpty()) {
                return;
            }
            noClasses()
                    .that()
                    .resideInAPackage("dev.lumiere." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            banned.stream()
                                    .map(other -> "dev.lumiere." + other + "..")
                                    .toArray(String[]::new))
                    .check(all);
        });
    }

    @ArchTest
    static final ArchRule modulesHaveNoCycles =
            SlicesRuleDefinition.slices().matching("dev.lumiere.(*)..").should().beFreeOfCycles();

    /** Those of one module included, but for {@code service}: its registry answers problems. */
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            SlicesRuleDefinition.slices()
                    .matching("dev.lumiere.(**)")
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(
                            resideInAPackage("dev.lumiere.service.."),
                            resideInAPackage("dev.lumiere.service.."));

    private static Set<String> reachable(String module) {
        var reached = new HashSet<String>();
        for (var used : MAY_USE.getOrDefault(module, Set.of())) {
            reached.add(used);
            reached.addAll(reachable(used));
        }
        return reached;
    }
}
