// Real-time over WebRTC: publishes the camera by WHIP, plays by WHEP. One at a time; no library.

import { realtimeUrl } from "./address.js";

const GATHERING_MS = 1_000;

const element = (id) => document.getElementById(id);

let current;

/** Where this worker's HTTP API is: another port than that of the page. */
async function apiBase() {
  const answer = await fetch(new URL("./api.json", import.meta.url));
  if (!answer.ok) {
    throw new Error("this server does not say where its API is");
  }
  const { url, port } = await answer.json();
  if (url) {
    return url;
  }
  const here = new URL(window.location.href);
  if (here.protocol === "https:") {
    throw new Error("this page came over HTTPS, and the server has no API over HTTPS (MILLRACE_API_URL)");
  }
  return `http://${here.hostname}:${port}`;
}

/** Candidates that come late are not missed: the server finds out where we are by what we send. */
function gathered(connection) {
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERING_MS);
    connection.addEventListener("icegatheringstatechange", () => connection.iceGatheringState === "complete" && resolve());
    if (connection.iceGatheringState === "complete") {
      resolve();
    }
  });
}

/** Offers, takes the answer, and gives the address by which the session is ended. */
async function agree(connection, url) {
  await connection.setLocalDescription(await connection.createOffer());
  await gathered(connection);
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: connection.localDescription.sdp,
  });
  const text = await answer.text();
  if (answer.status !== 201) {
    throw new Error(`${text.trim().split("\n")[0] || "the server refused"} (${answer.status})`);
  }
  const location = answer.headers.get("Location");
  await connection.setRemoteDescription({ type: "answer", sdp: text });
  return location && new URL(location, answer.url).href;
}

function show(state, words) {
  const line = element("realtime-state");
  line.dataset.state = state;
  line.textContent = words;
  element("realtime-stop").disabled = !current;
}

function end(one) {
  one.connection.close();
  one.stream.getTracks().forEach((track) => track.stop());
  if (one.resource) {
    fetch(one.resource, { method: "DELETE", keepalive: true }).catch(() => {});
    one.resource = undefined;
  }
}

function stop(words = "Stopped.") {
  const one = current;
  current = undefined;
  if (one) {
    end(one);
  }
  element("realtime-video").srcObject = null;
  show("idle", words);
}

async function camera() {
  if (!navigator.mediaDevices) {
    throw new Error("browsers give cameras to pages over HTTPS or on localhost only");
  }
  return navigator.mediaDevices.getUserMedia({ audio: true, video: true });
}

/** @param prepare fills the connection and gives the stream that is shown */
async function begin(kind, chosen, prepare) {
  stop("Connecting …");
  const one = { connection: new RTCPeerConnection(), stream: new MediaStream() };
  current = one;
  show("connecting", "Connecting …");
  one.connection.addEventListener("connectionstatechange", () => {
    if (current !== one) {
      return;
    }
    const now = one.connection.connectionState;
    if (now === "connected") {
      show("playing", kind === "whip" ? "On air." : "Playing.");
    } else if (now === "failed" || now === "closed") {
      stop("The connection is lost.");
    }
  });
  try {
    one.stream = await prepare(one.connection);
    const url = (await apiBase()) + realtimeUrl(window.location.href, kind, chosen.app, chosen.stream);
    // Stop may have been pressed at any of these moments.
    one.resource = current === one ? await agree(one.connection, url) : undefined;
  } catch (error) {
    if (current === one) {
      stop(`It failed: ${error.message}.`);
    }
  }
  if (current !== one) {
    end(one);
  }
}

function publish(chosen) {
  return begin("whip", chosen, async (connection) => {
    const stream = await camera();
    stream.getTracks().forEach((track) => connection.addTransceiver(track, { direction: "sendonly", streams: [stream] }));
    const video = element("realtime-video");
    video.muted = true;
    video.srcObject = stream;
    return stream;
  });
}

function play(chosen) {
  return begin("whep", chosen, async (connection) => {
    const stream = new MediaStream();
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.addEventListener("track", ({ track }) => stream.addTrack(track));
    const video = element("realtime-video");
    video.muted = false;
    video.srcObject = stream;
    return stream;
  });
}

/** @param chosen gives app and stream as they stand in the form */
export function realtime(chosen) {
  element("realtime-publish").addEventListener("click", () => publish(chosen()));
  element("realtime-play").addEventListener("click", () => play(chosen()));
  element("realtime-stop").addEventListener("click", () => stop());
  window.addEventListener("pagehide", () => stop());
}
