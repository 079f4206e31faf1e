package io.millrace.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, with a profile of its own, that talks to nobody but us. */
final class Browser implements AutoCloseable {

    private static final File PROGRAM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private final ChromeDriver driver;

    /**
     * @param profile does not exist yet
     * @param more flags of the program
     */
    Browser(Path profile, String... more) {
        if (!PROGRAM.canExecute() || !DRIVER.canExecute()) {
            throw new IllegalStateException(
                    PROGRAM + " or " + DRIVER + " is missing: scripts/packages.sh test installs what tests need");
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(PROGRAM);
        options.addArguments(
                "--headless=new",
                // As root there is no sandbox; the pages are our own.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-default-apps",
                "--disable-extensions",
                "--mute-audio",
                "--autoplay-policy=no-user-gesture-required",
                // Whatever asks for a name is refused: a page that needs the Internet fails here.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                "--window-size=1200,1000",
                "--user-data-dir=" + profile);
        options.addArguments(more);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .withLogFile(
                        profile.resolveSibling(profile.getFileName() + ".log").toFile())
                .build();
        driver = new ChromeDriver(service, options);
    }

    void open(String url) {
        driver.get(url);
    }

    WebElement element(String id) {
        return driver.findElement(By.id(id));
    }

    String text(String id) {
        return element(id).getText();
    }

    /** @return what the expression is worth, as text */
    String ask(String expression) {
        return String.valueOf(driver.executeScript("return " + expression));
    }

    /**
     * @param function of the page; a promise that it returns is awaited
     * @param arguments null, booleans, numbers, texts, and lists and maps of them
     */
    String call(String function, Object... arguments) {
        return String.valueOf(driver.executeScript("return " + function + "(...arguments)", arguments));
    }

    double number(String expression) {
        return Double.parseDouble(ask(expression));
    }

    /** What the page and the browser complained of since it was asked last. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    void await(Duration limit, String what, Supplier<Boolean> condition) {
        Await.until(
                limit,
                what,
                condition::get,
                () -> "page says: " + text("state") + " | " + text("detail") + "\nbrowser says: "
                        + String.join("\n", complaints()));
    }

    /** For people who want to see what a test saw. */
    void picture(Path file) {
        try {
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
