package io.millrace.control.api;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses requests to the management API with query parameters that their operation does not know: a mistyped filter would otherwise show
 * everything. What SRS and workers call has its own contract and ignores what it does not know.
 */
@Provider
public class ParameterFilter implements ContainerRequestFilter {

    private static final String API = ParameterFilter.class.getPackageName() + ".";
    private static final String INTERNAL = API + "internalapi";

    private final ResourceInfo resource;
    private final Map<Method, KnownParameters> operations = new ConcurrentHashMap<>();

    @Inject
    public ParameterFilter(ResourceInfo resource) {
        this.resource = resource;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Method operation = resource.getResourceMethod();
        String owner = operation.getDeclaringClass().getPackageName();
        if (!owner.startsWith(API)
                || owner.equals(INTERNAL)
                || operation.isAnnotationPresent(ForeignParameters.class)) {
            return;
        }
        operations
                .computeIfAbsent(operation, KnownParameters::of)
                .objection(request.getUriInfo().getQueryParameters())
                .ifPresent(problem -> request.abortWith(problem.toResponse()));
    }
}
