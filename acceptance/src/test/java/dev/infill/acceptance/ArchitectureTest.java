package dev.infill.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** Dependencies point one way. */
@AnalyzeClasses(packages = "dev.infill", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] JDK = {
        "java.lang..", "java.util..", "java.time..", "java.nio.charset", "org.jspecify.."
    };

    @ArchTest
    static final ArchRule protocolKnowsNothingButTheJdk = classes()
            .that(resideInAnyPackage("dev.infill.protocol", "dev.infill.protocol.status"))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JDK).or(resideInAnyPackage("dev.infill.protocol..")))
            .because("the words all parts share must bind nobody to a library");

    @ArchTest
    static final ArchRule whoDecidesKnowsNoTechnology = classes()
            .that()
            .resideInAnyPackage(
                    "dev.infill.coordinator.migration..",
                    "dev.infill.coordinator.pace..",
                    "dev.infill.worker.range..",
                    "dev.infill.bridge.change..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(JDK)
                    .or(resideInAnyPackage(
                            "dev.infill.protocol..",
                            "dev.infill.coordinator.migration..",
                            "dev.infill.coordinator.pace..",
                            "dev.infill.worker.range..",
                            "dev.infill.bridge.change..")))
            .because("decisions are values; edges talk, log and read the clock");

    @ArchTest
    static final ArchRule partsDoNotKnowEachOther = slices().matching("dev.infill.(coordinator|worker|bridge)..")
            .should()
            .notDependOnEachOther()
            .because("parts meet in messages and in the ledger");

    @ArchTest
    static final ArchRule nothingBelowKnowsAPart = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.infill.protocol..",
                    "dev.infill.postgres..",
                    "dev.infill.kafka..",
                    "dev.infill.specification..",
                    "dev.infill.servers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.infill.coordinator..", "dev.infill.worker..", "dev.infill.bridge..", "dev.infill.cli..");

    @ArchTest
    static final ArchRule theBenchmarkLooksFromOutside = noClasses()
            .that()
            .resideInAPackage("dev.infill.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.infill.coordinator..", "dev.infill.worker..", "dev.infill.bridge..", "dev.infill.cli..")
            .because("what is measured must not share a process with who measures");

    @ArchTest
    static final ArchRule kafkaClientsStayInKafkaPackages = noClasses()
            .that(not(resideInAnyPackage(
                    "dev.infill.kafka..",
                    "dev.infill.servers..",
                    "dev.infill.testkit..",
                    "..kafka..",
                    "..stream..",
                    "..debezium..",
                    "dev.infill.cli..")))
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .and()
            .haveSimpleNameNotEndingWith("Process")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.infill.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule timeIsAParameterWhereThingsAreDecided = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.infill.coordinator.migration..",
                    "dev.infill.coordinator.pace..",
                    "dev.infill.worker.range..",
                    "dev.infill.bridge.change..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule namesSayWhatThingsAre =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)");
}
