package io.millrace.model.wire;

import io.millrace.model.table.TableVersion;

/**
 * A worker applied a table or refused it: {@code POST /internal/v1/workers/{worker}/table-acks}.
 *
 * @param problem why it was refused; empty when it was applied
 */
public record TableAck(String instance, TableVersion version, String problem) {

    public boolean applied() {
        return problem.isEmpty();
    }
}
