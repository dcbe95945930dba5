// A shop that draws its own form asks Stockbell over HTTP: is the variant sold out, and tell this shopper when it is back. No
// framework and no library; the same code runs in a browser, a worker and Node 20. docs/widget.md has the finished form,
// docs/front-door.md the protocol.

export type Availability = "in_stock" | "out_of_stock" | "preorder" | "backorder";
export interface Stock {
  sku: string;
  availability: Availability;
  quantity: number;
}
export interface Wish {
  sku: string;
  email: string;
  locale: string; // of the page: the messages will be in this language
  consent_version: string; // which sentence the shopper agreed to
  page_url: string;
  site?: string;
  first_name?: string;
  last_name?: string;
}
// What to tell the shopper.
export type Outcome =
  | { state: "kept" }
  | { state: "wrong"; field: string; detail: string } // say it beside the field; what was typed stays
  | { state: "later"; seconds: number } // too many requests, or the shop is busy
  | { state: "unreachable" }; // no answer in time: asking again is safe, nobody is asked for twice

interface Work {
  kind: string;
  value: string;
  seed: string;
  bits: number;
  count: number;
}

const timeoutMs = 3000;
const posts = 3; // a challenge is met once; a second one means that the first came too late

export class Stockbell {
  private token?: Promise<string>;

  // `api`: "https://stockbell.example/api/v1".
  constructor(private api: string, private site = "") {}

  // Ask when the page is shown, not when it was rendered: pages are cached, stock is not.
  async stockOf(skus: string[]): Promise<Stock[]> {
    const answer = await this.call(`/availability?${this.query(skus)}`);
    if (!answer.ok) throw new Error(`Stockbell answered ${answer.status}`);
    return ((await answer.json()) as { items: Stock[] }).items;
  }

  // To be called when the form is shown or first touched: the token says that a page was there before the post.
  prepare(skus: string[]): Promise<string> {
    this.token = this.call(`/page-token?${this.query(skus)}`)
      .then(async (answer) => (answer.ok ? ((await answer.json()) as { page_token: string }).page_token : ""))
      .catch(() => "");
    return this.token;
  }

  async ask(wish: Wish): Promise<Outcome> {
    const fields: Record<string, string> = { site: this.site, ...wish, page_token: (await this.token) ?? "" };
    for (let post = 0; post < posts; post++) {
      let answer: Response;
      try {
        answer = await this.call("/notification-requests", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(fields),
        });
      } catch {
        return { state: "unreachable" };
      }
      if (answer.ok) return { state: "kept" };
      const problem = (await answer.json().catch(() => ({}))) as {
        detail?: string; field?: string; page_token?: string; challenge?: Work;
      };
      if (answer.status === 422) return { state: "wrong", field: problem.field ?? "", detail: problem.detail ?? "" };
      if (answer.status !== 428 || problem.challenge?.kind !== "proof-of-work")
        return { state: "later", seconds: Number(answer.headers.get("Retry-After") ?? 60) };
      // The shop is not sure that we are a shop page: a little work shows that we mean it.
      fields.page_token = problem.page_token ?? fields.page_token;
      fields.challenge = problem.challenge.value;
      fields.solution = await solve(problem.challenge);
    }
    return { state: "later", seconds: 60 };
  }

  private call(path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(this.api + path, { ...options, credentials: "omit", signal: AbortSignal.timeout(timeoutMs) });
  }

  private query(skus: string[]): string {
    return new URLSearchParams([["site", this.site], ...skus.map((sku) => ["sku", sku])].filter(([, value]) => value)).toString();
  }
}

// Numbers n, rising, for which SHA-256 of "seed:n" begins with `bits` zero bits.
export async function solve({ seed, bits, count }: Work): Promise<string> {
  const found: number[] = [];
  const text = new TextEncoder();
  for (let n = 0; found.length < count; n++) {
    const digest = await crypto.subtle.digest("SHA-256", text.encode(`${seed}:${n}`));
    if (new DataView(digest).getUint32(0) < 2 ** (32 - bits)) found.push(n);
  }
  return found.join(".");
}
