package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * A command message (RTMP section 7.2): its name, the transaction it asks or answers, and its arguments, of which the first is
 * the command object.
 */
public record Command(String name, double transaction, List<AmfValue> arguments) {

    public Command {
        arguments = List.copyOf(arguments);
    }

    public static Command of(String name, double transaction, AmfValue... arguments) {
        return new Command(name, transaction, List.of(arguments));
    }

    public static boolean isCommand(int messageType) {
        return messageType == MessageType.COMMAND_AMF0 || messageType == MessageType.COMMAND_AMF3;
    }

    /**
     * Reads a command; borrows the payload. An AMF3 command begins with a zero byte and holds AMF0 behind it in all software
     * that is known to send it.
     */
    public static Command peek(int messageType, ByteBuf payload) {
        ByteBuf in = payload.duplicate();
        if (messageType == MessageType.COMMAND_AMF3 && in.isReadable() && in.getByte(in.readerIndex()) == 0) {
            in.skipBytes(1);
        }
        if (!(Amf0.read(in) instanceof AmfValue.Text name)) {
            throw new RtmpFormatException("a command whose name is no string");
        }
        double transaction = 0;
        List<AmfValue> arguments = new ArrayList<>(4);
        if (in.isReadable()) {
            AmfValue second = Amf0.read(in);
            if (second instanceof AmfValue.Num number) {
                transaction = number.value();
            } else {
                arguments.add(second);
            }
        }
        arguments.addAll(Amf0.readAll(in));
        return new Command(name.value(), transaction, arguments);
    }

    /** The argument at a position, nothing if there are fewer. */
    public AmfValue argument(int position) {
        return position < arguments.size() ? arguments.get(position) : AmfValue.Nothing.UNDEFINED;
    }

    /** The text at a position, empty if there is none. */
    public String text(int position) {
        return argument(position) instanceof AmfValue.Text text ? text.value() : "";
    }

    /** The {@code info} object of onStatus, _result and _error: the second argument. */
    public AmfValue.Members info() {
        return argument(1) instanceof AmfValue.Members members ? members : new AmfValue.Members(java.util.Map.of());
    }

    public ByteBuf payload() {
        ByteBuf out = Unpooled.buffer(256);
        Amf0.write(out, new AmfValue.Text(name));
        Amf0.write(out, new AmfValue.Num(transaction));
        arguments.forEach(argument -> Amf0.write(out, argument));
        return out;
    }

    /** Writes the command as chunks of an AMF0 command message. */
    public void write(ByteBuf out, int chunkSize, int chunkStream, int messageStream) {
        ByteBuf payload = payload();
        ChunkWriter.writeMessage(out, chunkSize, chunkStream, MessageType.COMMAND_AMF0, messageStream, 0, payload);
        payload.release();
    }
}
