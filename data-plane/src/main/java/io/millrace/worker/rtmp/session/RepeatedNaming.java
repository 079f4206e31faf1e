package io.millrace.worker.rtmp.session;

import io.millrace.worker.rtmp.codec.Amf0;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.CommandName;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Finds the stream that a client names after its first publish or play, in any message that an origin may take for one. */
public final class RepeatedNaming {

    private RepeatedNaming() {}

    /**
     * The stream that a message names, if it is a publish or play.
     *
     * @param borrowedBeginning the message, or as much of it as is looked at
     * @throws RtmpFormatException if it is one and does not say which stream, as far as it is looked at
     */
    public static Optional<String> of(int messageType, ByteBuf borrowedBeginning) {
        ByteBuf in = borrowedBeginning.duplicate();
        Optional<String> name = CommandName.read(messageType, in).filter(CommandName::asksForStream);
        return name.map(command -> stream(command, in));
    }

    private static String stream(String command, ByteBuf in) {
        try {
            Amf0.read(in); // the transaction
            Amf0.read(in); // the command object
            AmfValue what = Amf0.read(in);
            if (what instanceof AmfValue.Text stream && !command.equals("play2")) {
                return stream.value();
            }
            if (what instanceof AmfValue.Members parameters && command.equals("play2")) {
                return parameters.text("streamName");
            }
        } catch (RtmpFormatException e) {
            throw new RtmpFormatException("a further " + command + " that cannot be read: " + e.getMessage());
        }
        throw new RtmpFormatException("a further " + command + " without the name of a stream");
    }
}
