package io.millrace.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.security.Caller;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** What an operation says of itself beyond its name: to what it was done, and what was there before and after. */
@RequestScoped
public class AuditTrail {

    private final ObjectMapper json;

    private @Nullable Caller by;
    private @Nullable String target;
    private Difference difference = new Difference(null, null);
    private boolean leftOut;

    @Inject
    public AuditTrail(ObjectMapper json) {
        this.json = json;
    }

    /** Who does it, where that is not the caller of a resource that names a role. */
    public void by(Caller caller) {
        by = caller;
    }

    /** To what it is done, where the path does not say it. */
    public void target(String what) {
        target = what;
    }

    /** What it replaced and by what; null for what was not there. Of both only the difference is kept, and no secrets. */
    public void changed(@Nullable Object before, @Nullable Object after) {
        difference = Difference.of(tree(before), tree(after));
    }

    /** Nothing was to be changed: a dry run. */
    public void leaveOut() {
        leftOut = true;
    }

    private @Nullable JsonNode tree(@Nullable Object value) {
        return value == null ? null : json.valueToTree(value);
    }

    @Nullable
    String target() {
        return target;
    }

    @Nullable
    Caller by() {
        return by;
    }

    Difference difference() {
        return difference;
    }

    boolean isLeftOut() {
        return leftOut;
    }
}
