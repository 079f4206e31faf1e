package io.millrace.control.api.document;

import java.util.Locale;

/** Names of operations for generated clients: {@code streams.move} for {@code StreamsResource.move}. */
final class OperationNames {

    private static final String CLASS_SUFFIX = "Resource";

    private OperationNames() {}

    /** @param classAndMethod as the framework makes them: {@code StreamsResource_move} */
    static String of(String classAndMethod) {
        int split = classAndMethod.indexOf('_');
        String type = classAndMethod.substring(0, split);
        if (!type.endsWith(CLASS_SUFFIX)) {
            throw new IllegalStateException(type + " has operations; its name must end with " + CLASS_SUFFIX);
        }
        String subject = type.substring(0, type.length() - CLASS_SUFFIX.length());
        return subject.substring(0, 1).toLowerCase(Locale.ROOT)
                + subject.substring(1)
                + "."
                + classAndMethod.substring(split + 1);
    }
}
