package io.millrace.worker.rtsp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportSpecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // header | TCP | multicast | record | client ports
                "RTP/AVP;unicast;client_port=5000-5001 | false | false | false | 5000-5001",
                "RTP/AVP/UDP;unicast;client_port=5000 | false | false | false | 5000-5001",
                "RTP/AVP/TCP;unicast;interleaved=0-1 | true | false | false | none",
                "rtp/avp/tcp | true | false | false | none",
                "RTP/AVP;unicast;interleaved=0-1 | true | false | false | none",
                "RTP/AVP;multicast;destination=224.2.0.1;port=3456-3457;ttl=16 | false | true | false | none",
                "RTP/AVP;UNICAST;Client_Port=7-9;mode=\"RECORD\" | false | false | true | 7-9",
                "RTP/AVP/UDP;unicast;client_port=5000-5001;mode=receive | false | false | true | 5000-5001",
                "RTP/AVP;client_port=0-1 | false | false | false | none",
                "RTP/AVP;client_port=70000-70001 | false | false | false | none",
                "RTP/AVP;client_port=65535 | false | false | false | none",
                "RTP/AVP;client_port=-1 | false | false | false | none",
                "RTP/AVP;client_port=a-b | false | false | false | none",
                "RTP/AVP;client_port | false | false | false | none",
            })
    void readsWhatItSays(String header, boolean tcp, boolean multicast, boolean record, String ports) {
        TransportSpec spec = TransportSpec.parse(header).getFirst();
        assertThat(spec.isTcp()).isEqualTo(tcp);
        assertThat(spec.isMulticast()).isEqualTo(multicast);
        assertThat(spec.isRecord()).isEqualTo(record);
        assertThat(spec.ports(TransportSpec.CLIENT_PORT).map(Object::toString).orElse("none"))
                .isEqualTo(ports);
        assertThat(TransportSpec.write(List.of(spec))).isEqualTo(header);
    }

    @Test
    void keepsTheOrderOfAlternativesAndOfWhatItDoesNotKnow() {
        String header = "RTP/SAVP;unicast;x-own;client_port=2-3,RTP/AVP/TCP;interleaved=0-1";
        List<TransportSpec> specs = TransportSpec.parse(header);
        assertThat(specs).hasSize(2);
        assertThat(TransportSpec.write(specs)).isEqualTo(header);
        assertThat(TransportSpec.parse(" RTP/AVP ; unicast ;, RTP/AVP/TCP"))
                .extracting(TransportSpec::toString)
                .containsExactly("RTP/AVP;unicast", "RTP/AVP/TCP");
    }

    @Test
    void changesAParameterWhereItStands() {
        TransportSpec spec = TransportSpec.parse("RTP/AVP;unicast;CLIENT_PORT=2-3;ssrc=1;client_port=4-5")
                .getFirst();
        assertThat(spec.with("client_port", "6-7")).hasToString("RTP/AVP;unicast;client_port=6-7;ssrc=1");
        assertThat(spec.with("server_port", "8-9").without("client_port"))
                .hasToString("RTP/AVP;unicast;ssrc=1;server_port=8-9");
        assertThat(spec.without("unicast").parameters()).doesNotContain("unicast");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", ";", "RTP/AVP,", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"})
    void refusesWhatIsNone(String header) {
        assertThatExceptionOfType(RtspFormatException.class).isThrownBy(() -> TransportSpec.parse(header));
    }
}
