package io.millrace.control.api.internalapi;

import io.millrace.control.NoSuchItemException;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.StandIn;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Workers enrol, report and acknowledge. */
@Path("/internal/v1/workers/{worker}")
@WorkersOnly
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class WorkersInternalResource {

    private final WorkerDirectory directory;

    @Inject
    public WorkersInternalResource(WorkerDirectory directory) {
        this.directory = directory;
    }

    @PUT
    public WorkerWelcome enrol(@PathParam("worker") String worker, @Nullable WorkerHello hello) {
        return directory.hello(WireChecks.checked(worker, hello));
    }

    @POST
    @Path("/reports")
    public ReportAnswer report(@PathParam("worker") String worker, @Nullable WorkerReport report) {
        return directory.report(worker, WireChecks.checked(report));
    }

    @GET
    @Path("/stand-in")
    public StandIn standIn(@PathParam("worker") String worker) {
        return directory
                .standIn(worker)
                .orElseThrow(() -> new NoSuchItemException("no other worker serves clients now"));
    }

    @POST
    @Path("/table-acks")
    public void acknowledge(@PathParam("worker") String worker, @Nullable TableAck ack) {
        TableAck checked = WireChecks.checked(ack);
        if (!directory.acknowledge(worker, checked)) {
            throw new NoSuchItemException(
                    "instance " + checked.instance() + " of worker " + worker + " is not enrolled");
        }
    }
}
