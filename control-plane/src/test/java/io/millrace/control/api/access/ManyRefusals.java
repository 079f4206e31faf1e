package io.millrace.control.api.access;

import io.millrace.control.api.QuickWindow;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A control plane of their own for tests that are refused often: in the audit they would leave no place for refusals of other tests. */
public final class ManyRefusals implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return new QuickWindow().getConfigOverrides();
    }
}
