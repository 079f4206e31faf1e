package io.millrace.control.limits;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one budget for what others answer. */
@ApplicationScoped
class LimitBeans {

    /** Answers of origins and of other control planes, all questions together: a part of the heap. */
    private static final int PART_OF_HEAP = 4;

    /** Room for the longest answers of four origins, half of the greatest size each, as trees. */
    private static final long AT_LEAST = 64L * 1024 * 1024;

    @Produces
    @Singleton
    ByteBudget answers(MeterRegistry metrics) {
        ByteBudget budget = ByteBudget.ofHeap(PART_OF_HEAP, AT_LEAST);
        Gauge.builder("millrace.answers.held", budget, ByteBudget::used)
                .baseUnit("bytes")
                .description(
                        "Bytes of memory that answers of origins and other control planes take while they are dealt with")
                .register(metrics);
        return budget;
    }
}
