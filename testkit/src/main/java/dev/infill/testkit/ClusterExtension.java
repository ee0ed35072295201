package dev.infill.testkit;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test its own {@link TestDatabase} and {@link TestKafka} as parameters.
 *
 * <p>A test and its {@code @BeforeEach} get the same ones; what {@code @BeforeAll} was given is shared by the tests of the class.
 */
public final class ClusterExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == TestKafka.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var store = context.getStore(NAMESPACE);
        // The store closes the database when its test, or its class, is over.
        return parameter.getParameter().getType() == TestDatabase.class
                ? store.getOrComputeIfAbsent(TestDatabase.class, type -> database(), TestDatabase.class)
                : store.getOrComputeIfAbsent(
                        TestKafka.class, type -> Clusters.kafka().freshPrefix(), TestKafka.class);
    }

    private static TestDatabase database() {
        try {
            return Clusters.postgres().freshDatabase();
        } catch (SQLException e) {
            throw new ParameterResolutionException("cannot create a database: " + e.getMessage(), e);
        }
    }
}
