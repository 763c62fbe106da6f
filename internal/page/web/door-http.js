// The library in the program that has served the page.

// The token comes in the address, which it leaves at once. It stays as long as the tab.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem("token", given);
  const rest = new URLSearchParams(location.hash.slice(1));
  rest.delete("token");
  history.replaceState(null, "", "#" + rest);
}
const client = crypto.getRandomValues(new Uint32Array(4)).join(); // randomUUID is there for this computer only

export async function send(name, text, signal, take) {
  const answer = await fetch("api/" + name, {
    method: "POST", body: text, signal,
    headers: {"Content-Type": "application/json", "X-HW4-Token": sessionStorage.getItem("token") ?? "", "X-HW4-Client": client},
  }).catch(error => {
    throw error.name === "AbortError" ? error : new Error("'hw4 serve' does not answer; start it again, and open the address that it prints");
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  let rest = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    lines.forEach(take);
  }
  if (rest) take(rest);
}
