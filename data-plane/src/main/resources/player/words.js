// What went wrong, in words for somebody who only wants to see the stream.

/** A failure: what to say, and whether it is worth trying again. */
export class Trouble {
  constructor(words, again) {
    this.words = words;
    this.again = again;
  }
}

export const unreachable = new Trouble(
  "The server cannot be reached, closed the connection, or forbids pages of other hosts to read the stream.",
  true,
);

export const undecodable = new Trouble(
  "This browser cannot play what came: it may not know the codec, or the data is damaged.",
  false,
);

/** @param {number} status of an answer to a request for the stream */
export function badStatus(status) {
  if (status === 404) {
    return new Trouble("There is no such stream (404). Is somebody publishing it?", true);
  }
  if (status === 401 || status === 403) {
    return new Trouble(`This stream may not be played (${status}). Does the address need a token?`, false);
  }
  if (status === 429 || status === 503) {
    return new Trouble(`The server cannot take another viewer, or no origin can serve the stream now (${status}).`, true);
  }
  if (status >= 500) {
    return new Trouble(`The server failed (${status}).`, true);
  }
  if (status >= 400) {
    return new Trouble(`The server refused the request (${status}).`, false);
  }
  return unreachable;
}

/** @param {MediaError | null} error of a video element */
export function mediaTrouble(error) {
  return error?.code === 2 ? unreachable : undecodable;
}
