package io.millrace.worker.routing.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.model.table.RoutingTable;
import io.millrace.worker.routing.client.Json;
import org.junit.jupiter.api.Test;

class TableCheckTest {

    private static RoutingTable table(String bans, String limits) throws JsonProcessingException {
        return Json.MAPPER.readValue("""
                {"version":"e:1","origins":[],"vhosts":[],"rules":[],"bans":[%s],
                 "settings":{"reportMillis":2000,"bindingFreshMillis":1000,"limits":[%s]}}""".formatted(bans, limits), RoutingTable.class);
    }

    @Test
    void aBanOrALimitWithoutAPatternMakesATableUnfit() throws JsonProcessingException {
        String ban = "{\"id\":\"b-1\",\"network\":\"192.0.2.7\",\"vhost\":\"*\",\"app\":\"*\",\"stream\":\"*\"}";
        assertThat(TableCheck.problems(table(ban, "{\"vhost\":\"*\",\"maxViewers\":1}")))
                .isEmpty();
        assertThat(TableCheck.problems(table("{\"id\":\"b-1\",\"vhost\":\"*\",\"app\":\"*\"}", "")))
                .containsExactly("it lacks a ban's stream");
        assertThat(TableCheck.problems(table("", "{\"maxViewers\":1}"))).containsExactly("it lacks a limit's vhost");
    }
}
