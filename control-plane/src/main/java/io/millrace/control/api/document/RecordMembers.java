package io.millrace.control.api.document;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/** Which members of a schema are always there: those components of its record that are neither {@code @Nullable} nor left out on a
 * condition of their own. */
final class RecordMembers {

    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
    private static final DotName SCHEMA =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.media.Schema.class);
    private static final DotName INCLUDE = DotName.createSimple(com.fasterxml.jackson.annotation.JsonInclude.class);
    private static final DotName UNWRAPPED = DotName.createSimple(com.fasterxml.jackson.annotation.JsonUnwrapped.class);

    private final IndexView index;
    private final Map<String, Map<DotName, ClassInfo>> records = new TreeMap<>();

    RecordMembers(IndexView index) {
        this.index = index;
        for (ClassInfo type : index.getKnownClasses()) {
            if (type.isRecord() && type.name().toString().startsWith("io.millrace.")) {
                records.computeIfAbsent(schemaName(type), name -> new TreeMap<>())
                        .put(type.name(), type);
            }
        }
    }

    private static String schemaName(ClassInfo type) {
        AnnotationInstance named = type.declaredAnnotation(SCHEMA);
        AnnotationValue name = named == null ? null : named.value("name");
        return name == null ? type.name().withoutPackagePrefix().replaceAll(".*\\$", "") : name.asString();
    }

    /**
     * Marks the members of a schema that its record always has.
     *
     * @return what is wrong with the schema; empty when nothing is
     */
    Optional<String> require(String name, Schema schema) {
        if (schema.getProperties() == null) {
            return Optional.empty();
        }
        Set<String> properties = schema.getProperties().keySet();
        Optional<ClassInfo> type = candidates(name).stream()
                .filter(candidate -> members(candidate).keySet().equals(properties))
                .findFirst();
        type.ifPresent(fitting -> schema.setRequired(required(fitting)));
        return type.isPresent()
                ? Optional.empty()
                : Optional.of(
                        "schema " + name + " " + properties + " is of no record with that name and these members");
    }

    private List<String> required(ClassInfo type) {
        return members(type).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A generic record's schemas are named after its parameters too; further classes of one name are numbered. */
    private List<ClassInfo> candidates(String name) {
        return records.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .flatMap(entry -> entry.getValue().values().stream())
                .collect(Collectors.toList());
    }

    private Map<String, Boolean> members(ClassInfo type) {
        Map<String, Boolean> members = new TreeMap<>();
        for (RecordComponentInfo component : type.recordComponents()) {
            boolean isOptional = component.type().hasAnnotation(NULLABLE)
                    || type.field(component.name()).hasAnnotation(INCLUDE);
            ClassInfo unwrapped = type.field(component.name()).hasAnnotation(UNWRAPPED)
                    ? index.getClassByName(component.type().name())
                    : null;
            if (unwrapped == null) {
                members.put(component.name(), !isOptional);
            } else {
                members.putAll(members(unwrapped));
            }
        }
        return members;
    }
}
