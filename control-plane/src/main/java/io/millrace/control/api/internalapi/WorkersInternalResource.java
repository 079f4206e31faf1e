package io.millrace.control.api.internalapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.model.wire.AlternativeWorker;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Workers enrol, report and acknowledge. A report gets its thread, which may wait for the store, once it has come as a whole: one that
 * waits for each piece of it took as long as all that is done with the report. Its text is taken apart there too, so that whoever asks for
 * a stream meanwhile is not kept waiting by the event loop.
 */
@Path("/internal/v1/workers/{worker}")
@WorkersOnly
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@PermitAll
public final class WorkersInternalResource {

    private final WorkerDirectory directory;
    private final RebuildWindow rebuild;
    private final ExecutorService reporting = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("report-", 0).factory());

    private final ObjectReader reports;

    @Inject
    public WorkersInternalResource(WorkerDirectory directory, RebuildWindow rebuild, ObjectMapper json) {
        this.directory = directory;
        this.rebuild = rebuild;
        this.reports = json.readerFor(WorkerReport.class);
    }

    @PUT
    public WorkerWelcome enrol(@PathParam("worker") String worker, @Nullable WorkerHello hello) {
        WorkerHello checked = WireChecks.checked(worker, hello);
        if (!checked.streams().isEmpty() || checked.tableVersion() != null) {
            rebuild.found("worker " + worker + " has something of a former run");
        }
        return directory.hello(checked);
    }

    @POST
    @Path("/reports")
    @NonBlocking
    public CompletionStage<ReportAnswer> report(@PathParam("worker") String worker, byte[] body) {
        return CompletableFuture.supplyAsync(
                () -> directory.report(worker, WireChecks.checked(body.length == 0 ? null : read(body))), reporting);
    }

    private WorkerReport read(byte[] body) {
        try {
            return reports.readValue(body);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @GET
    @Path("/stand-in")
    public AlternativeWorker standIn(@PathParam("worker") String worker) {
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

    @PreDestroy
    void stop() {
        reporting.shutdownNow();
    }
}
