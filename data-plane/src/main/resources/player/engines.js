// Three libraries behind one shape: start(protocol, url, video, hear) gives { delay(), stop() }.
// hear.trouble(Trouble) is called when it cannot go on, hear.ended() when the stream is over.

import { badStatus, mediaTrouble, Trouble, undecodable, unreachable } from "./words.js";

const LIBRARIES = {
  mpegts: "./lib/mpegts.js",
  Hls: "./lib/hls.js",
  dashjs: "./lib/dash.js",
};

const loading = new Map();

/** The library of this global name, fetched when it is first needed. */
function library(name) {
  if (!loading.has(name)) {
    loading.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(LIBRARIES[name], import.meta.url).href;
      script.onload = () => resolve(window[name]);
      script.onerror = () => {
        loading.delete(name);
        script.remove();
        reject(new Error("the player's scripts cannot be loaded from the server"));
      };
      document.head.append(script);
    }));
  }
  return loading.get(name);
}

const noMediaSource = new Trouble("This browser lacks Media Source Extensions, which this protocol needs. Try HLS.", false);

const edge = (video) => (video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : undefined);

async function startMpegts(type, url, video, hear) {
  const mpegts = await library("mpegts");
  if (!mpegts.getFeatureList().mseLivePlayback) {
    hear.trouble(noMediaSource);
    return { delay: () => undefined, stop: () => {} };
  }
  mpegts.LoggingControl.enableAll = false;
  const player = mpegts.createPlayer({ type, isLive: true, url }, {
    // A viewer who falls behind plays a little faster until the delay is small again.
    liveSync: true,
    liveSyncTargetLatency: 1,
    liveSyncMaxLatency: 2.5,
    autoCleanupSourceBuffer: true,
    lazyLoad: false,
  });
  player.on(mpegts.Events.ERROR, (kind, detail, info) => {
    if (kind !== mpegts.ErrorTypes.NETWORK_ERROR) {
      hear.trouble(undecodable);
    } else {
      hear.trouble(detail === mpegts.ErrorDetails.NETWORK_STATUS_CODE_INVALID ? badStatus(info.code) : unreachable);
    }
  });
  player.on(mpegts.Events.LOADING_COMPLETE, () => hear.ended());
  player.attachMediaElement(video);
  player.load();
  return {
    // What the server sends arrives at once, so what is not played yet is what we are behind.
    delay: () => {
      const end = edge(video);
      return end === undefined ? undefined : end - video.currentTime;
    },
    stop: () => player.destroy(),
  };
}

async function startHls(url, video, hear) {
  const Hls = await library("Hls");
  if (!Hls.isSupported()) {
    if (video.canPlayType("application/vnd.apple.mpegurl") === "") {
      hear.trouble(noMediaSource);
    } else {
      video.src = url;
    }
    return { delay: () => undefined, stop: () => video.removeAttribute("src") };
  }
  const hls = new Hls({ lowLatencyMode: true, enableWorker: true });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (!data.fatal) {
      return;
    }
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
      hear.trouble(data.details === Hls.ErrorDetails.MANIFEST_PARSING_ERROR
        ? new Trouble("What came is no HLS playlist.", false)
        : badStatus(data.response?.code ?? 0));
    } else {
      hear.trouble(undecodable);
    }
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return { delay: () => hls.latency || undefined, stop: () => hls.destroy() };
}

async function startDash(url, video, hear) {
  const dashjs = await library("dashjs");
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE } });
  player.initialize();
  // By default it would ask a server on the Internet for the time; the one that has the manifest knows it as well.
  player.clearDefaultUTCTimingSources();
  player.addUTCTimingSource("urn:mpeg:dash:utc:http-head:2014", url);
  player.on(dashjs.MediaPlayer.events.ERROR, ({ error }) => {
    const status = error?.data?.response?.status ?? error?.data?.status;
    const codes = dashjs.MediaPlayer.errors ?? {};
    if (error?.code === codes.MANIFEST_LOADER_PARSING_FAILURE_ERROR_CODE) {
      hear.trouble(new Trouble("What came is no DASH manifest.", false));
    } else if (status) {
      hear.trouble(badStatus(status));
    } else if (/download|manifest|fragment|xlink|loader/i.test(error?.message ?? "")) {
      hear.trouble(unreachable);
    } else {
      hear.trouble(undecodable);
    }
  });
  player.attachView(video);
  player.setAutoPlay(true);
  player.attachSource(url);
  return {
    delay: () => {
      const seconds = player.getCurrentLiveLatency();
      return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
    },
    stop: () => player.destroy(),
  };
}

/** Plays until stop() is called or something is heard. */
export async function start(protocol, url, video, hear) {
  video.onerror = () => hear.trouble(mediaTrouble(video.error));
  switch (protocol) {
    case "flv":
    case "ws-flv":
      return startMpegts("flv", url, video, hear);
    case "ts":
    case "ws-ts":
      return startMpegts("mpegts", url, video, hear);
    case "hls":
      return startHls(url, video, hear);
    case "dash":
      return startDash(url, video, hear);
    default:
      throw new Error(`no such protocol: ${protocol}`);
  }
}
