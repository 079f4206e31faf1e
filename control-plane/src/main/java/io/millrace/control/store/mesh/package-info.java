/**
 * Stores that several control planes hold together, without a server of their own. JGroups tells who is there and carries messages;
 * what is agreed upon, and when, is ours: see docs/adr/0010-mesh.md. All state of a {@link
 * io.millrace.control.store.mesh.Replica} belongs to the one thread of its {@link io.millrace.control.store.mesh.MeshNode}; what
 * callers read is a copy that any thread may read. Only {@link io.millrace.control.store.mesh.MeshChannel} and {@link
 * io.millrace.control.store.mesh.SealedTcp} know JGroups. Nobody outside depends on this package.
 */
@NullMarked
package io.millrace.control.store.mesh;

import org.jspecify.annotations.NullMarked;
