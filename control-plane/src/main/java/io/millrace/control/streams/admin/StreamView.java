package io.millrace.control.streams.admin;

import io.millrace.control.streams.live.Carried;
import io.millrace.model.Binding;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;
import java.util.List;

/**
 * A bound stream with what workers carry of it.
 *
 * @param stream the whole key; vhost, app and name are its parts
 * @param originName how log lines name the origin; its id when it is not known any more
 * @param live whether a publisher is live on the origin
 * @param direct whether that publisher came past the workers, by the origin's own word; no figure here counts it
 * @param bytesIn from publishers, summed over the workers that carry it now
 * @param bytesOut to viewers, likewise
 * @param workers what each worker carries, also towards other origins than the bound one
 */
public record StreamView(
        StreamKey stream,
        String vhost,
        String app,
        String name,
        OriginId origin,
        String originName,
        long epoch,
        Binding.Cause cause,
        Instant since,
        boolean live,
        boolean direct,
        int publishers,
        int viewers,
        long bytesIn,
        long bytesOut,
        double kbps,
        List<Carried> workers) {

    public static StreamView of(Binding binding, String originName, boolean direct, List<Carried> workers) {
        return new StreamView(
                binding.stream(),
                binding.stream().vhost(),
                binding.stream().app(),
                binding.stream().stream(),
                binding.origin(),
                originName,
                binding.epoch(),
                binding.cause(),
                binding.since(),
                direct
                        || workers.stream()
                                .anyMatch(carried -> carried.hasPublisher()
                                        && carried.origin().equals(binding.origin())),
                direct,
                workers.stream().mapToInt(Carried::publishers).sum(),
                workers.stream().mapToInt(Carried::viewers).sum(),
                workers.stream().mapToLong(Carried::bytesIn).sum(),
                workers.stream().mapToLong(Carried::bytesOut).sum(),
                workers.stream().mapToDouble(Carried::kbps).sum(),
                workers);
    }
}
