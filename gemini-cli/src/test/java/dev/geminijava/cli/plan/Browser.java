package dev.geminijava.cli.plan;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium with one tab, spoken to in its DevTools protocol. */
final class Browser implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger last = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
  private final List<JsonObject> events = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<JsonObject> loaded = new CompletableFuture<>();
  private String session;

  /** Where the browser is, if this machine has one. */
  static Optional<Path> installed() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .flatMap(
            d ->
                List.of("chromium", "chromium-browser", "google-chrome").stream()
                    .map(n -> Path.of(d, n)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Browser(Path program, Path profile) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // All that it leaves behind goes with the profile.
    builder.environment().put("TMPDIR", Files.createDirectories(profile).toString());
    process = builder.start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address(), new Listener())
            .join();
    JsonObject tab = call("Target.createTarget", "{\"url\": \"about:blank\"}");
    session =
        call(
                "Target.attachToTarget",
                "{\"flatten\": true, \"targetId\": " + tab.get("targetId") + "}")
            .get("sessionId")
            .getAsString();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", "{}");
    }
  }

  private URI address() throws IOException {
    BufferedReader err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    String mark = "DevTools listening on ";
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith(mark)) {
        Thread drain = new Thread(() -> err.lines().forEach(l -> {}));
        drain.setDaemon(true);
        drain.start();
        return URI.create(line.substring(mark.length()));
      }
    }
    throw new IOException("the browser ended before it listened");
  }

  /** Puts whole messages together. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean complete) {
      text.append(part);
      if (complete) {
        JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
        text.setLength(0);
        if (message.has("id")) {
          answers.remove(message.get("id").getAsInt()).complete(message);
        } else {
          events.add(message);
          if (message.get("method").getAsString().equals("Page.loadEventFired")) {
            loaded.complete(message);
          }
        }
      }
      from.request(1);
      return null;
    }
  }

  private JsonObject call(String method, String parameters) {
    int id = last.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    answers.put(id, answer);
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", JsonParser.parseString(parameters));
    if (session != null) {
      message.addProperty("sessionId", session);
    }
    socket.sendText(message.toString(), true).join();
    JsonObject result = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (result.has("error")) {
      throw new IllegalStateException(method + ": " + result.get("error"));
    }
    return result.getAsJsonObject("result");
  }

  /** Opens a page as a screen of this width shows it, and forgets what was heard before. */
  void open(Path page, int width, String colours) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\": %d, \"height\": 800, \"deviceScaleFactor\": 1, \"mobile\": %b}"
            .formatted(width, width < 600));
    call(
        "Emulation.setEmulatedMedia",
        "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"%s\"}]}"
            .formatted(colours));
    events.clear();
    loaded = new CompletableFuture<>();
    call("Page.navigate", "{\"url\": \"" + page.toUri() + "\"}");
    loaded.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private List<JsonObject> heard(String event) {
    return events.stream().filter(e -> e.get("method").getAsString().equals(event)).toList();
  }

  /** The value of a JavaScript expression. */
  JsonElement evaluate(String expression) {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("expression", expression);
    parameters.addProperty("returnByValue", true);
    JsonObject result = call("Runtime.evaluate", parameters.toString());
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.getAsJsonObject("result").get("value");
  }

  /** Moves the mouse to the middle of the first element that a selector finds. */
  void pointAt(String selector) {
    JsonObject at =
        evaluate(
                "(() => { const e = document.querySelector('"
                    + selector
                    + "'); e.scrollIntoView({block: 'center'}); const r ="
                    + " e.getBoundingClientRect(); return {x: r.x + r.width / 2, y: r.y + r.height"
                    + " / 2}; })()")
            .getAsJsonObject();
    // A moved page hides the details when its scroll event comes, which is before the next frame
    // is drawn: let that be over.
    JsonObject frame = new JsonObject();
    frame.addProperty(
        "expression", "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
    frame.addProperty("awaitPromise", true);
    call("Runtime.evaluate", frame.toString());
    call(
        "Input.dispatchMouseEvent",
        "{\"type\": \"mouseMoved\", \"x\": %s, \"y\": %s}".formatted(at.get("x"), at.get("y")));
  }

  /** Presses a key. */
  void press(String key) {
    call("Input.dispatchKeyEvent", "{\"type\": \"keyDown\", \"key\": \"" + key + "\"}");
    call("Input.dispatchKeyEvent", "{\"type\": \"keyUp\", \"key\": \"" + key + "\"}");
  }

  /** What the page complained about: exceptions, console errors, violations of its policy. */
  List<String> complaints() {
    List<String> all = new ArrayList<>();
    heard("Runtime.exceptionThrown").forEach(e -> all.add(e.toString()));
    heard("Log.entryAdded").forEach(e -> all.add(e.toString()));
    heard("Runtime.consoleAPICalled").forEach(e -> all.add(e.toString()));
    return all;
  }

  /** The addresses that the page asked for. */
  List<String> requests() {
    return heard("Network.requestWillBeSent").stream()
        .map(e -> e.getAsJsonObject("params").getAsJsonObject("request").get("url").getAsString())
        .filter(url -> !url.startsWith("data:"))
        .toList();
  }

  /** A picture of the whole page, as PNG. */
  byte[] picture() {
    String data =
        call("Page.captureScreenshot", "{\"captureBeyondViewport\": true}")
            .get("data")
            .getAsString();
    return Base64.getDecoder().decode(data);
  }

  @Override
  public void close() {
    try {
      session = null;
      call("Browser.close", "{}");
    } catch (RuntimeException e) {
      // It may be gone before it answers.
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
