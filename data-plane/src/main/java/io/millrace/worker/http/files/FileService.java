package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Answers what no other service does: from the operator's folder if there is one, else with the built-in page. */
@Singleton
public class FileService implements HttpService {

    private static final int AFTER_ALL_OTHERS = 1_000_000;

    private final FileThreads threads = new FileThreads();
    private final BuiltInSite builtIn;
    private final Optional<FolderSite> folder;

    FileService(FilesSettings settings) {
        this.builtIn = new BuiltInSite(threads);
        this.folder = settings.folder().map(path -> new FolderSite(new Folder(path), threads));
    }

    @Override
    public String word() {
        return "files";
    }

    @Override
    public int order() {
        return AFTER_ALL_OTHERS;
    }

    @Override
    public boolean claims(Request request) {
        return request.method().equals(HttpMethod.GET) || request.isHead();
    }

    @Override
    public void serve(Exchange exchange) {
        Optional<FilePath> path = FilePath.of(exchange.request().path());
        if (path.isEmpty()) {
            // As for any other miss: a client does not learn whether there is something that is not shown.
            exchange.refuse(HttpResponseStatus.NOT_FOUND, "There is no such file.");
        } else if (folder.isPresent()) {
            folder.get().serve(exchange, path.get());
        } else {
            builtIn.serve(exchange);
        }
    }

    @PreDestroy
    void stop() {
        threads.close();
    }
}
