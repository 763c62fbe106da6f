// The page asks the library through a door, and does not know which: send(name, text, signal, take) of
// door-wasm.js or door-http.js calls take with every message of the answer.

import {send} from "./door-wasm.js";

// ask asks the library and returns its answer. part gets what comes before its end.
export function ask(name, request, {part, signal} = {}) {
  return new Promise((resolve, reject) => {
    const take = text => {
      const message = JSON.parse(text);
      if (message.error !== undefined) reject(new Error(message.error));
      else if (message.part !== undefined) part?.(message.part);
      else resolve(message.result);
    };
    send(name, JSON.stringify(request), signal, take).catch(reject);
  });
}
