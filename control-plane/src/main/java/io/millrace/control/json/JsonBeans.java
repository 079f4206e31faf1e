package io.millrace.control.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * The parser of every body that is read into a type, and of what peers answer. Stores {@link JsonLimits#lifted lift} its limits. What is null is
 * absent where it is written.
 */
@Singleton
final class JsonBeans implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.setDefaultPropertyInclusion(
                JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS));
        mapper.getFactory().setStreamReadConstraints(JsonLimits.constraints(JsonLimits.REPORT));
    }
}
