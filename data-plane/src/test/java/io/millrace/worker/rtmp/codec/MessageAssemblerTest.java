package io.millrace.worker.rtmp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {

    @Test
    void readsWhatTerseSendersWriteInPiecesOfAnySize() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RandomMessages messages = new RandomMessages(random, random.nextBoolean());
            ByteBuf input = messages.write(30);
            MessageAssembler assembler = new MessageAssembler(new ChunkScanner());
            List<RandomMessages.Expected> read = new ArrayList<>();
            ByteBuf gathered = Unpooled.buffer();
            while (input.isReadable()) {
                gathered.writeBytes(input, Math.min(input.readableBytes(), 1 + random.nextInt(40)));
                for (RtmpMessage m = assembler.next(gathered); m != null; m = assembler.next(gathered)) {
                    read.add(new RandomMessages.Expected(
                            m.chunkStream(), m.type(), m.messageStream(), m.timestamp(), m.payload()));
                }
            }
            assertThat(read).as("seed %d", seed).containsExactlyElementsOf(messages.expected());
        }
    }

    @Test
    void refusesGiantMessagesAtTheirHeader() {
        ByteBuf in = Unpooled.buffer();
        ChunkWriter.writeFirstHeader(in, 3, 0, 0xffffff, MessageType.COMMAND_AMF0, 0);
        MessageAssembler assembler = new MessageAssembler(new ChunkScanner());
        assertThatThrownBy(() -> assembler.next(in))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("16777215 bytes");
    }

    @Test
    void refusesManyMessagesBegunAtOnce() {
        ByteBuf in = Unpooled.buffer();
        ByteBuf beginning = Unpooled.buffer().writeZero(128);
        for (int id = 3; id < 20; id++) {
            ChunkWriter.writeBeginning(in, 128, id, MessageType.COMMAND_AMF0, 0, 0, 60_000, beginning);
        }
        MessageAssembler assembler = new MessageAssembler(new ChunkScanner());
        assertThatThrownBy(() -> assembler.next(in))
                .isInstanceOf(RtmpFormatException.class)
                .hasMessageContaining("at once");
    }

    @Test
    void forgetsAMessageThatItsSenderAborts() {
        ByteBuf in = Unpooled.buffer();
        ByteBuf payload = Unpooled.buffer().writeZero(300);
        ChunkWriter.writeBeginning(in, 128, 5, MessageType.VIDEO, 1, 0, 300, payload.slice(0, 128));
        ChunkWriter.writeFirstHeader(in, 2, 0, 4, MessageType.ABORT, 0);
        in.writeInt(5);
        ChunkWriter.writeMessage(in, 128, 5, MessageType.AUDIO, 1, 7, payload);
        RtmpMessage message = new MessageAssembler(new ChunkScanner()).next(in);
        assertThat(message).isNotNull();
        assertThat(message.type()).isEqualTo(MessageType.AUDIO);
        assertThat(message.payload().readableBytes()).isEqualTo(300);
    }
}
