/** What keeps clients from writing lines of their own into the logs of both planes. Any thread; depends on nothing but the JDK. */
@NullMarked
package io.millrace.model.log;

import org.jspecify.annotations.NullMarked;
