/**
 * How text from the environment and from application.properties becomes settings, and how a process says that one of them makes
 * no sense. Pure functions and the start of the process; every package may depend on it, it depends on
 * {@code start} only.
 */
@NullMarked
package io.millrace.control.settings;

import org.jspecify.annotations.NullMarked;
