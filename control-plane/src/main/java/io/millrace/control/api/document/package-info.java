/**
 * The API document: what the annotations of resources and records do not say by themselves, added while the application is built. Nothing here runs
 * in a control plane.
 */
@NullMarked
package io.millrace.control.api.document;

import org.jspecify.annotations.NullMarked;
