package io.millrace.worker.net.tls;

import io.millrace.model.tls.Identity;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The certificates as they were at one time. Counted, since BoringSSL's memory is behind it: each engine made of it retains it
 * meanwhile, an engine holds its own context from then on, and the last to go frees it.
 */
final class TlsGeneration extends AbstractReferenceCounted {

    private static final ApplicationProtocolConfig HTTP_BY_ALPN = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private final List<Identity> identities;
    private final List<Map<TlsPurpose, SslContext>> contexts = new ArrayList<>();
    private final Map<String, Integer> byName = new HashMap<>();

    private TlsGeneration(List<Identity> identities) {
        this.identities = List.copyOf(identities);
    }

    /** @throws SSLException when BoringSSL does not like a certificate that the JDK does */
    static TlsGeneration build(List<Identity> identities, TlsVersion minVersion, SslProvider provider)
            throws SSLException {
        TlsGeneration built = new TlsGeneration(identities);
        try {
            for (int i = 0; i < identities.size(); i++) {
                Identity identity = identities.get(i);
                Map<TlsPurpose, SslContext> byPurpose = new EnumMap<>(TlsPurpose.class);
                built.contexts.add(byPurpose);
                for (TlsPurpose purpose : TlsPurpose.values()) {
                    byPurpose.put(purpose, context(identity, purpose, minVersion, provider));
                }
                for (String name : identity.names()) {
                    built.byName.putIfAbsent(name, i);
                }
            }
            return built;
        } catch (SSLException | RuntimeException e) {
            built.release();
            throw e;
        }
    }

    private static SslContext context(
            Identity identity, TlsPurpose purpose, TlsVersion minVersion, SslProvider provider) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(provider)
                .protocols(minVersion.protocols());
        if (purpose == TlsPurpose.HTTP) {
            builder.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(HTTP_BY_ALPN);
        }
        return builder.build();
    }

    List<Identity> identities() {
        return identities;
    }

    /**
     * The context for a server name. A name of its own comes before a wildcard, and among certificates for the same name the
     * first that was set.
     *
     * @param serverName as the client sent it; null for none
     */
    SslContext context(@Nullable String serverName, TlsPurpose purpose) {
        int index = Optional.ofNullable(serverName).map(this::indexFor).orElse(0);
        SslContext context = contexts.get(index).get(purpose);
        if (context == null) {
            throw new IllegalStateException("no context for " + purpose);
        }
        return context;
    }

    private int indexFor(String serverName) {
        Integer exact = byName.get(serverName);
        if (exact != null) {
            return exact;
        }
        // A wildcard stands for one label (RFC 6125, section 6.4.3).
        int dot = serverName.indexOf('.');
        return dot < 0 ? 0 : byName.getOrDefault("*" + serverName.substring(dot), 0);
    }

    @Override
    protected void deallocate() {
        contexts.forEach(byPurpose -> byPurpose.values().forEach(ReferenceCountUtil::release));
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
