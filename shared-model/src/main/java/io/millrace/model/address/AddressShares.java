package io.millrace.model.address;

import java.util.HashMap;
import java.util.Map;

/**
 * Places for clients, of which no address may have all: one address may hold its share of all places, and less the fewer are free, so
 * that a few addresses together cannot have all either. What counts as one address: {@link AddressGroup}. Any thread.
 */
public final class AddressShares {

    /** A share without a bound. */
    public static final int ALL = 100;

    /** An unknown address; such clients are counted in all only. */
    public static final String UNKNOWN = "";

    private final int places;
    private final int percent;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int taken;

    /**
     * @param percent of all places, for one address while no other has any; with 50 an address may hold as many as are free
     */
    public AddressShares(int places, int percent) {
        if (places < 0 || percent < 1 || percent > ALL) {
            throw new IllegalArgumentException("no such share: " + percent + " % of " + places);
        }
        this.places = places;
        this.percent = percent;
    }

    /** Other places, shared alike. */
    public AddressShares alike(int otherPlaces) {
        return new AddressShares(otherPlaces, percent);
    }

    /** The result of taking a place. */
    public enum Answer {
        TAKEN,
        /** All places are taken. */
        NONE,
        /** There are places, but no more for this address. */
        NONE_FOR_ADDRESS
    }

    /**
     * {@link Answer#TAKEN} must be followed by one {@link #release} of the same address.
     *
     * @param address as text, without a port; or {@link #UNKNOWN}
     */
    public synchronized Answer take(String address) {
        if (taken >= places) {
            return Answer.NONE;
        }
        String group = AddressGroup.of(address);
        long own = byAddress.getOrDefault(group, 0);
        if (!group.equals(UNKNOWN) && own * (ALL - percent) >= (long) percent * (places - taken)) {
            return Answer.NONE_FOR_ADDRESS;
        }
        taken++;
        byAddress.merge(group, 1, Integer::sum);
        return Answer.TAKEN;
    }

    /** Gives a place back. */
    public synchronized void release(String address) {
        taken--;
        byAddress.computeIfPresent(AddressGroup.of(address), (group, own) -> own == 1 ? null : own - 1);
    }

    /** How many there are in all. */
    public int places() {
        return places;
    }

    public synchronized int taken() {
        return taken;
    }

    /** How many addresses hold a place. */
    public synchronized int addresses() {
        return byAddress.size();
    }
}
