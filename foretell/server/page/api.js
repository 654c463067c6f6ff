/** Talks to the server. What fails is an `Error` whose message is a sentence to show. */

const ROOT = "/api/v1";
const GONE = "The server does not answer. See that `foretell serve` still runs, then try again.";

/** A failure that the server told. */
export class Problem extends Error {
  constructor(detail, status) {
    super(detail);
    this.status = status;
  }
}

/** Sends a request and gives what is replied as JSON; null where nothing is. */
export async function call(method, path, body = undefined, signal = undefined) {
  const response = await sent(method, path, body, signal);
  return response.status === 204 ? null : response.json();
}

export const get = (path, signal) => call("GET", path, undefined, signal);
export const post = (path, body = {}, signal = undefined) => call("POST", path, body, signal);

/** Asks, and yields `[name, data]` of each event as it comes. */
export async function* streamed(path, body, signal) {
  const response = await sent("POST", path, body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held += value;
      const blocks = held.split(/\r?\n\r?\n/);
      held = blocks.pop();
      for (const block of blocks) {
        const name = /^event: ?(.*)$/m.exec(block);
        const data = /^data: ?(.*)$/m.exec(block);
        if (name && data) yield [name[1].trim(), JSON.parse(data[1])];
      }
    }
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(GONE, 0);
  }
}

/**
 * Sends a file as it is.
 * @param {File} file
 * @param {(share: number) => void} onShare told how much was sent, in [0, 1]
 * @returns {{done: Promise<object>, stop: () => void}}
 */
export function upload(file, onShare) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => onShare(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      const told = readJson(request.responseText);
      if (request.status < 300) resolve(told);
      else reject(new Problem(told.detail ?? GONE, request.status));
    };
    request.onerror = () => reject(new Problem(`It could not be sent. ${GONE}`, 0));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
  });
  request.open("PUT", `${ROOT}/videos?title=${encodeURIComponent(file.name.slice(0, 200))}`);
  request.send(file);
  return { done, stop: () => request.abort() };
}

/** The address of something of a video. */
export const ofVideo = (id, what) => `${ROOT}/videos/${id}/${what}`;

async function sent(method, path, body, signal) {
  let response;
  try {
    response = await fetch(ROOT + path, {
      method,
      signal,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(GONE, 0);
  }
  if (!response.ok) {
    const told = readJson(await response.text());
    throw new Problem(told.detail ?? `The server says ${response.status}.`, response.status);
  }
  return response;
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
