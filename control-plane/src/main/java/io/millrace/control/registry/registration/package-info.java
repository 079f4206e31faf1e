/**
 * Which registrations are accepted, and how many. Any thread; imports registry. srs and api depend on it.
 */
@NullMarked
package io.millrace.control.registry.registration;

import org.jspecify.annotations.NullMarked;
