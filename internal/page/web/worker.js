// The worker in which the WebAssembly runs. It begins with Go's own wasm_exec.js.

const go = new Go();
const ready = new Promise(resolve => { globalThis.hw4Ready = resolve; });

onmessage = async ({data: {module, data, call, name, text}}) => {
  if (module) {
    globalThis.hw4Data = data;
    go.run(await WebAssembly.instantiate(module, go.importObject));
    return;
  }
  await ready;
  globalThis.hw4(name, text, message => postMessage({call, text: message}));
};
