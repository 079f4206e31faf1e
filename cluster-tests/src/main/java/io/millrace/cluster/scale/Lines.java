package io.millrace.cluster.scale;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;

/** Connections that many workers share; who finds none idle waits in line. Only on its loop. */
final class Lines {

    private final Deque<Line> idle = new ArrayDeque<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    Lines(Loop loop, int port, int count) {
        for (int i = 0; i < count; i++) {
            idle.add(new Line(loop, port));
        }
    }

    private static final class Waiting {
        private final byte[] request;
        private final Consumer<Answer> then;

        Waiting(byte[] request, Consumer<Answer> then) {
            this.request = request;
            this.then = then;
        }
    }

    void exchange(byte[] request, Consumer<Answer> then) {
        Line line = idle.pollLast();
        if (line == null) {
            waiting.add(new Waiting(request, then));
        } else {
            exchange(line, request, then);
        }
    }

    private void exchange(Line line, byte[] request, Consumer<Answer> then) {
        line.exchange(request, answer -> {
            Waiting next = waiting.poll();
            if (next == null) {
                idle.addLast(line);
            } else {
                exchange(line, next.request, next.then);
            }
            then.accept(answer);
        });
    }
}
