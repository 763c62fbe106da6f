// The library as WebAssembly, in a worker of its own. Trainings get another worker, so that the page can ask other
// things meanwhile, and end it to stop a training.

import {content} from "./dom.js";
import {unlzma} from "./lzma.js";

// unpacked is what the page brings along under a name, compressed.
const unpacked = async name => new Uint8Array(await new Response(new Blob([content(name)]).stream()
  .pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

// The library is decompressed when the page has been painted.
const compiled = new Promise(resolve => setTimeout(resolve)).then(() => WebAssembly.compile(unlzma(content("wasm"))));

// engine starts a worker with the library. It brings content along. Calls are numbered.
async function engine(...names) {
  const worker = new Worker(URL.createObjectURL(new Blob([content("worker")], {type: "text/javascript"})));
  const data = {};
  for (const name of names) data[name] = await unpacked(name);
  const takers = new Map();
  worker.onmessage = ({data: {call, text}}) => takers.get(call)?.(text);
  worker.onerror = event => takers.forEach(take => take(JSON.stringify({error: event.message})));
  worker.postMessage({module: await compiled, data});
  let calls = 0;
  return {
    worker,
    call(name, text, take) { takers.set(++calls, take); worker.postMessage({call: calls, name, text}); },
  };
}

const first = engine("original", "modern");

let second = null;

export async function send(name, text, signal, take) {
  if (name !== "train") return (await first).call(name, text, take);
  second ??= engine("train-images", "train-labels", "test-images", "test-labels");
  const trainer = await second;
  if (signal?.aborted) throw new Error("stopped");
  signal?.addEventListener("abort", () => {
    trainer.worker.terminate();
    second = null;
    take(JSON.stringify({error: "stopped"}));
  });
  trainer.call(name, text, take);
}
