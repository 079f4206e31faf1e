package io.millrace.control.api.events;

import java.util.function.BooleanSupplier;

/**
 * Who follows events.
 *
 * @param seesClients whether addresses of clients may be shown
 * @param signedIn whether the credential that was shown is valid still
 * @param cutOff closes the connection of one that does not read; ending the feed would wait for it to read on
 */
record Follower(String address, boolean seesClients, BooleanSupplier signedIn, Runnable cutOff) {}
