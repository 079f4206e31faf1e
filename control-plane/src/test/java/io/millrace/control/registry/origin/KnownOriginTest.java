package io.millrace.control.registry.origin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.model.OriginState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Entries that another version of the program left in a store. */
class KnownOriginTest {

    /** As stores read. */
    private final ObjectMapper json = JsonMapper.builder()
            .findAndAddModules()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @Test
    void anEntryWithoutItsNewerPartsIsThatOriginOfWhichNothingElseIsKnown() throws JsonProcessingException {
        KnownOrigin read = json.readValue("""
                        {"described":{"id":"o-0123456789ab","server":"vid-1","ip":"192.0.2.1",
                          "incarnation":{"service":"s","pid":"1"},"kind":"srs","endpoints":{"rtmp":["tcp://192.0.2.1:1935"]},
                          "zone":"","labels":{},"weight":100,"state":"up","admission":"open"},
                         "source":"heartbeat","stateReason":"it beats","stateSince":"2026-01-01T00:00:00Z",
                         "lastBeat":"2026-01-01T00:00:00Z","lastSign":"2026-01-01T00:00:00Z","lastRefusal":null,
                         "failedProbes":0,"figures":null,
                         "load":{"cpuPercent":null,"sessions":null,"kbps":null}}""", KnownOrigin.class);
        assertThat(read.state()).isEqualTo(OriginState.UP);
        assertThat(read.unreachable()).isFalse();
        assertThat(read.looksDead()).isFalse();
        assertThat(read.standing().reason()).isNotEmpty();
        assertThat(read.signs().beats()).isZero();
        assertThat(read.reported().figures()).isNull();
        KnownOrigin beating = read.withSigns(read.signs().withBeat(Instant.EPOCH))
                .withState(OriginState.SUSPECT, "a test", Instant.EPOCH);
        assertThat(json.readValue(json.writeValueAsString(beating), KnownOrigin.class))
                .isEqualTo(beating);
    }
}
