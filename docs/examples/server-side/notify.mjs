// A shop's own server asks Stockbell for its shoppers: Node 20, no dependency. It has a key of the role intake
// (stockbell keys create --role intake --name shop) and keeps it to itself; a request that comes with a key needs no page token and
// no work, and is not held to the limit of one client network.
//
//   STOCKBELL_URL=https://stockbell.example STOCKBELL_KEY=… node notify.mjs A-100 ada@example.com [site]
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const attempts = 6;
const timeoutMs = 3000;

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `Stockbell answered ${status}`);
    this.status = status;
    this.field = problem.field; // "email", "sku", …: say it beside the field
    this.reason = problem.reason;
  }
}

// Resolves when the request is kept: it will not be lost from then on. The same request sent twice counts once, so every
// failure that may pass (no answer, 429, 5xx) is answered by sending it again; what is wrong with it (422) is thrown.
export async function notify({ url, key, ...request }, { log = () => {} } = {}) {
  let wait = 250;
  for (let attempt = 1; ; attempt++) {
    let answer;
    try {
      answer = await fetch(`${url}/api/v1/notification-requests`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.ok) return await answer.json();
      if (answer.status < 500 && answer.status !== 429) throw new Refused(answer.status, await answer.json().catch(() => ({})));
    } catch (error) {
      if (error instanceof Refused || attempt === attempts) throw error;
    }
    if (attempt === attempts) throw new Refused(answer.status, {});
    // As long as the server says, else longer each time; never all shops' servers at the same moment.
    const told = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    const delay = Math.max(told, wait * (0.5 + Math.random()));
    log(`attempt ${attempt}: ${answer?.status ?? "no answer"}, again in ${Math.round(delay)} ms`);
    await pause(delay);
    wait = Math.min(wait * 2, 10_000);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { STOCKBELL_URL: url, STOCKBELL_KEY: key } = process.env;
  const [sku, email, site] = process.argv.slice(2);
  if (!url || !key || !sku || !email) {
    console.error("STOCKBELL_URL and STOCKBELL_KEY must be set: node notify.mjs SKU EMAIL [SITE]");
    process.exit(2);
  }
  try {
    await notify({ url, key, sku, email, ...(site && { site }) }, { log: console.error });
    console.log("kept");
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
