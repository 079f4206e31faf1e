// The page: what is chosen, what is playing, and what is shown of it.

import { complaintAbout, pageLink, protocolOf, readQuery, realtimeUrl, streamUrl } from "./address.js";
import { start } from "./engines.js";
import { realtime } from "./realtime.js";
import { Trouble } from "./words.js";

const SHOWN_EVERY_MS = 500;
const STALLED_AFTER_MS = 15_000;
const RETRY_SECONDS = [1, 2, 4, 8];

const STATES = {
  idle: "Idle",
  connecting: "Connecting",
  waiting: "Waiting for data",
  playing: "Playing",
  paused: "Paused",
  retrying: "Trying again",
  ended: "Ended",
  failed: "Failed",
};

const element = (id) => document.getElementById(id);
const form = element("choice");
const video = element("video");

/** Counts up with every play and stop, so that what belongs to an earlier one is not heard any more. */
let turn = 0;
let engine;
let playing;
let failures = 0;
let timer;
let frames = { count: 0, at: 0 };
let progress = { position: 0, at: 0 };

function show(state, detail = "") {
  const line = element("state");
  line.dataset.state = state;
  if (line.textContent !== STATES[state]) {
    line.textContent = STATES[state];
  }
  element("detail").textContent = detail;
  const curtain = element("curtain");
  curtain.hidden = ["waiting", "playing", "paused"].includes(state);
  curtain.textContent = state === "idle" ? "Choose a stream and press Play." : detail || `${STATES[state]} …`;
  element("stop").disabled = ["idle", "failed", "ended"].includes(state);
}

const state = () => element("state").dataset.state;

// ---- what is chosen

function chosen() {
  return {
    app: form.app.value.trim() || "live",
    stream: form.stream.value.trim() || "livestream",
    protocol: form.protocol.value,
    url: form.url.value.trim(),
  };
}

function showChoice() {
  const choice = chosen();
  element("share").value = pageLink(window.location.href, choice);
  element("whip").textContent = realtimeUrl(window.location.href, "whip", choice.app, choice.stream);
  element("whep").textContent = realtimeUrl(window.location.href, "whep", choice.app, choice.stream);
}

function makeUrl() {
  const { app, stream, protocol } = chosen();
  form.url.value = streamUrl(window.location.href, app, stream, protocol);
  showChoice();
}

function followUrl() {
  const protocol = protocolOf(form.url.value.trim());
  if (protocol) {
    form.protocol.value = protocol;
  }
  showChoice();
}

// ---- playing

function stopEngine() {
  turn += 1;
  clearTimeout(timer);
  video.onerror = null;
  engine?.stop();
  engine = undefined;
  video.removeAttribute("src");
  video.load();
}

function stop() {
  stopEngine();
  playing = undefined;
  element("sound").hidden = true;
  show("idle");
}

async function play() {
  const choice = chosen();
  const complaint = complaintAbout(choice.url, choice.protocol);
  if (complaint) {
    stopEngine();
    playing = undefined;
    show("failed", complaint);
    form.url.focus();
    return;
  }
  failures = 0;
  playing = choice;
  window.history.replaceState(null, "", pageLink(window.location.href, choice));
  video.muted = false;
  element("sound").hidden = true;
  await connect("connecting");
}

async function connect(as) {
  stopEngine();
  const mine = turn;
  show(as);
  frames = { count: 0, at: performance.now() };
  progress = { position: 0, at: performance.now() };
  const ours = (then) => (...said) => mine === turn && then(...said);
  try {
    const started = await start(playing.protocol, playing.url, video, {
      trouble: ours((trouble) => fail(trouble)),
      ended: ours(() => finish()),
    });
    if (mine !== turn) {
      // The other engine has the element by now, but connections of this one must not stay open.
      started.stop();
      return;
    }
    engine = started;
    await video.play();
  } catch (error) {
    if (mine === turn) {
      await cannotPlay(error);
    }
  }
}

async function cannotPlay(error) {
  if (error.name === "NotAllowedError") {
    // Browsers start nothing with sound before somebody has touched the page.
    video.muted = true;
    element("sound").hidden = false;
    await video.play().catch(() => show("paused", "The browser does not start by itself: press play in the picture."));
  } else if (error.name !== "AbortError") {
    fail(new Trouble(`It cannot be played: ${error.message}.`, false));
  }
}

function fail(trouble) {
  stopEngine();
  if (!trouble.again) {
    show("failed", trouble.words);
    return;
  }
  const seconds = RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)];
  failures += 1;
  show("retrying", `${trouble.words} Next try in ${seconds} s.`);
  timer = setTimeout(() => connect("retrying"), seconds * 1000);
}

/** The stream ended for now; its publisher may come back, and what is buffered is played to its end first. */
function finish() {
  const mine = turn;
  const over = () => mine === turn && fail(new Trouble("The stream has ended, or its publisher is away.", true));
  const left = video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0;
  timer = setTimeout(over, Math.min(Math.max(left, 0), 10) * 1000);
}

// ---- what is going on

video.addEventListener("playing", () => {
  failures = 0;
  show("playing");
});
video.addEventListener("waiting", () => engine && state() === "playing" && show("waiting"));
video.addEventListener("pause", () => engine && state() === "playing" && !video.ended && show("paused"));
video.addEventListener("ended", () => engine && finish());
video.addEventListener("volumechange", () => {
  element("sound").hidden = element("sound").hidden || !video.muted;
});

const seconds = (value) => (value === undefined ? "–" : `${value.toFixed(1)} s`);

function showFigures() {
  const now = performance.now();
  const { totalVideoFrames: total, droppedVideoFrames: dropped } = video.getVideoPlaybackQuality();
  const live = engine !== undefined && video.videoWidth > 0;
  element("resolution").textContent = live ? `${video.videoWidth} × ${video.videoHeight}` : "–";
  const elapsed = (now - frames.at) / 1000;
  if (elapsed >= 1) {
    element("rate").textContent = live ? `${Math.max(0, (total - frames.count) / elapsed).toFixed(0)} fps` : "–";
    frames = { count: total, at: now };
  }
  element("dropped").textContent = live ? String(dropped) : "–";
  const ranges = video.buffered;
  element("buffered").textContent = seconds(
    live && ranges.length > 0 ? Math.max(0, ranges.end(ranges.length - 1) - video.currentTime) : undefined,
  );
  element("delay").textContent = seconds(live ? engine.delay() : undefined);
  watchProgress(now);
}

/** A connection that stays open and brings nothing is no error to any library. */
function watchProgress(now) {
  if (!engine || video.paused && state() === "paused" || video.currentTime !== progress.position) {
    progress = { position: video.currentTime, at: now };
  } else if (now - progress.at > STALLED_AFTER_MS) {
    fail(new Trouble("Nothing came for 15 seconds.", true));
  }
}

// ---- beginning

form.addEventListener("submit", (event) => {
  event.preventDefault();
  play();
});
form.app.addEventListener("input", makeUrl);
form.stream.addEventListener("input", makeUrl);
form.url.addEventListener("input", followUrl);
for (const radio of form.querySelectorAll("[name=protocol]")) {
  radio.addEventListener("change", () => {
    makeUrl();
    if (playing) {
      play();
    }
  });
}
element("stop").addEventListener("click", stop);
element("sound").addEventListener("click", () => {
  video.muted = false;
  element("sound").hidden = true;
});
element("copy").addEventListener("click", async () => {
  const link = element("share");
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    element("copy").textContent = "Copied";
  } catch {
    // Clipboards belong to secure pages; the link is selected, so that the keyboard can copy it.
    element("copy").textContent = "Press Ctrl+C";
  }
  setTimeout(() => {
    element("copy").textContent = "Copy";
  }, 2000);
});

const asked = readQuery(window.location.search);
form.app.value = asked.app;
form.stream.value = asked.stream;
form.protocol.value = asked.protocol;
makeUrl();
if (asked.url) {
  form.url.value = asked.url;
  showChoice();
}
realtime(chosen);
setInterval(showFigures, SHOWN_EVERY_MS);
if (asked.wanted) {
  play();
}
