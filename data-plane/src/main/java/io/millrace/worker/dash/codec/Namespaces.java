package io.millrace.worker.dash.codec;

import java.util.ArrayList;
import java.util.List;

/** Which namespace each prefix stands for, at the element that is open now. */
final class Namespaces {

    private static final int MAX_DECLARED = 64;

    private record Declaration(int depth, String prefix, String namespace) {}

    private final List<Declaration> declared = new ArrayList<>();

    void declare(int depth, String prefix, String namespace) {
        if (declared.size() == MAX_DECLARED) {
            throw new MpdFormatException("more than " + MAX_DECLARED + " namespaces at once");
        }
        declared.add(new Declaration(depth, prefix, namespace));
    }

    /** Forgets what elements at this depth and below have declared. */
    void leave(int depth) {
        while (!declared.isEmpty() && declared.getLast().depth() >= depth) {
            declared.removeLast();
        }
    }

    /** @return the namespace of the prefix, of the empty one where no prefix stands; empty where none was declared */
    String of(String prefix) {
        for (int i = declared.size() - 1; i >= 0; i--) {
            if (declared.get(i).prefix().equals(prefix)) {
                return declared.get(i).namespace();
            }
        }
        return "";
    }
}
