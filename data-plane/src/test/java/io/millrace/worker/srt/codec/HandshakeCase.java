package io.millrace.worker.srt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Handshakes as values and as bytes; those of libsrt 1.5 were recorded. */
public enum HandshakeCase {
    INDUCTION_OF_LIBSRT(
            0xdbf,
            0,
            of(4, 0, 2, 0x13c3d00f, 1, 0x2cf1c47a, 0, "127.0.0.1"),
            "800000000000000000000dbf00000000000000040000000213c3d00f000005dc00002000000000012cf1c47a00000000"
                    + "0100007f000000000000000000000000"),
    CONCLUSION_OF_LIBSRT(
            0x283,
            0,
            of(
                    5,
                    0,
                    5,
                    0x1d8f3c15,
                    -1,
                    0x16a6e14e,
                    0x12345678,
                    "127.0.0.1",
                    new ExtensionBlock(ExtensionBlock.HSREQ, List.of(0x10501, 0xbf, 0x780000)),
                    ExtensionBlock.ofStreamId("live/cam")),
            "8000000000000000000002830000000000000005000000051d8f3c15000005dc00002000ffffffff16a6e14e12345678"
                    + "0100007f0000000000000000000000000001000300010501000000bf00780000000500026576696c6d61632f"),
    ENCRYPTED_CONCLUSION_OF_LIBSRT(
            0x11a1,
            0,
            of(
                    5,
                    2,
                    7,
                    0x13c3d00f,
                    -1,
                    0x2cf1c47a,
                    0x12345678,
                    "127.0.0.1",
                    new ExtensionBlock(ExtensionBlock.HSREQ, List.of(0x10501, 0xbf, 0)),
                    ExtensionBlock.ofStreamId("#!::r=live/cam,m=publish"),
                    new ExtensionBlock(
                            ExtensionBlock.KMREQ,
                            List.of(
                                    0x12202901,
                                    0,
                                    0x02000200,
                                    0x404,
                                    0xd1d48423,
                                    0x9f2095b7,
                                    0xb36c68a3,
                                    0x0a526286,
                                    0xa4e3fae7,
                                    0xc484d088,
                                    0x5c60f26d,
                                    0xc8cab41b,
                                    0x4473cc40,
                                    0x8d94fef3))),
            "8000000000000000000011a100000000000000050002000713c3d00f000005dc00002000ffffffff2cf1c47a12345678"
                    + "0100007f0000000000000000000000000001000300010501000000bf0000000000050006"
                    + "3a3a2123696c3d72632f65766d2c6d616275703d6873696c0003000e12202901000000000200020000000404"
                    + "d1d484239f2095b7b36c68a30a526286a4e3fae7c484d0885c60f26dc8cab41b4473cc408d94fef3"),
    ANSWER_TO_INDUCTION(
            1,
            0x2cf1c47a,
            of(5, 0, Handshake.MAGIC, 7, 1, 9, 0x11223344, "fd00::1"),
            "8000000000000000000000012cf1c47a0000000500004a1700000007000005dc000020000000000100000009112233440000"
                    + "00fd000000000000000001000000"),
    REJECTION(
            0,
            9,
            of(5, 0, 0, 7, 2_404, 0, 0x11223344, "10.1.2.3"),
            "80000000000000000000000000000009000000050000000000000007000005dc00002000000009640000000011223344"
                    + "0302010a000000000000000000000000");

    private final int timestamp;
    private final int destination;

    // A record of values and of an immutable list.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Handshake value;

    private final String hex;

    HandshakeCase(int timestamp, int destination, Handshake value, String hex) {
        this.timestamp = timestamp;
        this.destination = destination;
        this.value = value;
        this.hex = hex;
    }

    private static Handshake of(
            int version,
            int encryption,
            int extensionField,
            int sequence,
            int type,
            int socketId,
            int cookie,
            String peer,
            ExtensionBlock... extensions) {
        return new Handshake(
                version,
                encryption,
                extensionField,
                sequence,
                1_500,
                8_192,
                type,
                socketId,
                cookie,
                address(peer),
                List.of(extensions));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    public Handshake value() {
        return value;
    }

    public int timestamp() {
        return timestamp;
    }

    public int destination() {
        return destination;
    }

    public String hex() {
        return hex;
    }

    public ByteBuf packet() {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }
}
