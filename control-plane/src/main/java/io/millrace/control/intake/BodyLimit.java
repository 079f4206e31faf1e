package io.millrace.control.intake;

/** How long the body of a request may be, by what it is for. {@link RouteLimits} says which routes belong to which. */
enum BodyLimit {
    /** What an SRS says of itself, with its figures. */
    HEARTBEAT(Sender.ORIGIN, 64 * 1024),
    HOOK(Sender.ORIGIN, 64 * 1024),
    /** One origin with its labels. */
    ORIGIN(Sender.ANYBODY, 64 * 1024),
    /** An order to one stream, session or worker. */
    ORDER(Sender.ANYBODY, 16 * 1024),
    RULES(Sender.ANYBODY, 2 * 1024 * 1024),
    VHOSTS(Sender.ANYBODY, 2 * 1024 * 1024),
    /** Ten thousand origins and all else that an operator may configure. */
    CONFIG(Sender.ANYBODY, 4 * 1024 * 1024),
    /** All sessions of a worker: twenty thousand, some hundred bytes each. */
    WORKER(Sender.CLUSTER, 16 * 1024 * 1024),
    RESOLVE(Sender.CLUSTER, 64 * 1024),
    MEDIA_ROUTE(Sender.CLUSTER, 16 * 1024),
    TABLE_ACK(Sender.CLUSTER, 64 * 1024),
    /** Names the origins that a listing leaves out. */
    PEER_QUESTION(Sender.CLUSTER, 1024 * 1024),
    /** A body that a worker passes on with a question to SRS's API, which has no use for one. */
    PASSED_ON(Sender.CLUSTER, 64 * 1024),
    /** Where no body is wanted, a client may send one all the same. */
    NONE_WANTED(Sender.ANYBODY, 4 * 1024);

    /** Who sends it; decides who has to have the cluster's token, whose budget it comes from and how a refusal is worded. */
    enum Sender {
        ANYBODY,
        ORIGIN,
        CLUSTER
    }

    private final Sender sender;
    private final int bytes;

    BodyLimit(Sender sender, int bytes) {
        this.sender = sender;
        this.bytes = bytes;
    }

    Sender sender() {
        return sender;
    }

    int bytes() {
        return bytes;
    }
}
