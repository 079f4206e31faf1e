package io.millrace.control.registry;

import io.millrace.control.config.StaticOrigin;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.SettingText;
import io.millrace.model.Endpoint;
import io.millrace.model.EndpointText;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The origin that SRS proxy's variables PROXY_DEFAULT_BACKEND_* name, for a deployment without registration. */
final class DefaultBackend {

    private static final String PREFIX = "proxy.default.backend";
    private static final String SERVER = "default-backend";

    private DefaultBackend() {}

    /** The variables as text. */
    @ConfigMapping(prefix = PREFIX)
    public interface Text {
        @WithDefault("off")
        String enabled();

        @WithDefault("127.0.0.1")
        String ip();

        @WithDefault("1935")
        String rtmp();

        @WithDefault("8080")
        String http();

        @WithDefault("1985")
        String api();

        @WithDefault("8000")
        String rtc();

        @WithDefault("10080")
        String srt();
    }

    static Optional<StaticOrigin> of(Text text) {
        if (!SettingText.flag(PREFIX + ".enabled", text.enabled())) {
            return Optional.empty();
        }
        Map<Listener, List<Endpoint>> endpoints = new EnumMap<>(Listener.class);
        endpoints.put(Listener.RTMP, endpoint(Listener.RTMP, text.rtmp(), text.ip()));
        endpoints.put(Listener.HTTP, endpoint(Listener.HTTP, text.http(), text.ip()));
        endpoints.put(Listener.API, endpoint(Listener.API, text.api(), text.ip()));
        endpoints.put(Listener.RTC, endpoint(Listener.RTC, text.rtc(), text.ip()));
        endpoints.put(Listener.SRT, endpoint(Listener.SRT, text.srt(), text.ip()));
        int rtmpPort = endpoints.get(Listener.RTMP).getFirst().port();
        return Optional.of(new StaticOrigin(
                OriginId.of(SERVER, text.ip(), rtmpPort),
                SERVER,
                text.ip(),
                OriginKind.SRS,
                endpoints,
                "",
                Map.of(),
                Origin.DEFAULT_WEIGHT));
    }

    private static List<Endpoint> endpoint(Listener listener, String text, String ip) {
        try {
            return List.of(EndpointText.parse(text, listener.usualTransport(), ip));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    PREFIX + "." + listener.word(), text, "a port, or tcp://host:port, or udp://host:port");
        }
    }
}
