// Addresses of streams, and the query string of the page.

const ENDINGS = { flv: ".flv", "ws-flv": ".flv", ts: ".ts", "ws-ts": ".ts", hls: ".m3u8", dash: ".mpd" };

export const PROTOCOLS = Object.keys(ENDINGS);

const isSocket = (protocol) => protocol.startsWith("ws-");

const encoded = (path) => path.split("/").filter((part) => part !== "").map(encodeURIComponent).join("/");

/** Where this worker has a stream. A query may follow the stream's name: `cam?vhost=example.com&token=x`. */
export function streamUrl(here, app, stream, protocol) {
  const [name, ...query] = stream.split("?");
  const url = new URL(`/${encoded(app)}/${encoded(name)}${ENDINGS[protocol]}`, here);
  url.search = query.join("?");
  if (isSocket(protocol)) {
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  }
  return url.href;
}

/** Which protocol an address asks for; undefined when its ending says nothing. */
export function protocolOf(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const plain = PROTOCOLS.find((protocol) => !isSocket(protocol) && url.pathname.toLowerCase().endsWith(ENDINGS[protocol]));
  return plain && url.protocol.startsWith("ws") ? `ws-${plain}` : plain;
}

/** What is wrong with an address, in words; empty when nothing is. */
export function complaintAbout(text, protocol) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return "This is no address: it should look like http://host:port/app/stream.flv";
  }
  const wanted = isSocket(protocol) ? ["ws:", "wss:"] : ["http:", "https:"];
  if (!wanted.includes(url.protocol)) {
    return `With this protocol the address begins with ${wanted.map((scheme) => `${scheme}//`).join(" or ")}`;
  }
  if (window.location.protocol === "https:" && (url.protocol === "http:" || url.protocol === "ws:")) {
    return "This page came over HTTPS, so the browser allows only https:// and wss:// addresses";
  }
  return "";
}

/** What the page was asked to play: `?app=&stream=&protocol=` or `?url=&protocol=`. */
export function readQuery(search) {
  const query = new URLSearchParams(search);
  const url = query.get("url") ?? "";
  const named = query.get("protocol") ?? "";
  return {
    app: query.get("app") || "live",
    stream: query.get("stream") || "livestream",
    url,
    protocol: PROTOCOLS.includes(named) ? named : (protocolOf(url) ?? "flv"),
    wanted: url !== "" || query.has("stream"),
  };
}

/** The link that brings somebody else to the same stream. */
export function pageLink(here, { app, stream, url, protocol }) {
  const link = new URL(here);
  link.hash = "";
  link.search = new URLSearchParams(
    url === streamUrl(here, app, stream, protocol) ? { app, stream, protocol } : { url, protocol },
  ).toString();
  return link.href;
}

/** Where real-time publishing and playing are, on the port of the worker's HTTP API. */
export function realtimeUrl(here, kind, app, stream) {
  const [name, ...query] = stream.split("?");
  const url = new URL(`/rtc/v1/${kind}/`, here);
  url.search = new URLSearchParams({ app, stream: name }).toString() + (query.length > 0 ? `&${query.join("?")}` : "");
  return url.pathname + url.search;
}
