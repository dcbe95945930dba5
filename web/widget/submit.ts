// Sends the form by the protocol of docs/front-door.md. What a person typed stays until the shop has it.
import { call } from "./settings.ts";
import { type Work, solve } from "./work.ts";

type Challenge = Work & { kind: string; value: string; field: string };
type Answer = { page_token?: string; challenge?: Challenge; field?: string; errors?: { field: string }[] };
export type Fields = Record<string, string>;
// What the shop's page does for a captcha: gives the provider's answer.
export type Captcha = (challenge: Challenge) => Promise<string> | string;

const kPosts = 4;

export async function pageToken(site: string, sku: string): Promise<string> {
  const answer = await call(`page-token?${new URLSearchParams({ site, sku })}`);
  return (await answer.json()).page_token;
}

// Empty when the request is kept; else the field at fault and the key of the text that says why.
export async function post(fields: Fields, captcha?: Captcha): Promise<[string, string] | undefined> {
  for (let posts = 0; posts < kPosts; posts++) {
    let answer: Response;
    try {
      answer = await call("notification-requests", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(fields),
      });
    } catch {
      return ["", "unreachable"];
    }
    if (answer.ok) return;
    const { page_token, challenge, field, errors }: Answer = await answer.json().catch(() => ({}));
    if (answer.status === 428) {
      if (page_token) fields.page_token = page_token;
      if (challenge?.kind === "proof-of-work") {
        fields.challenge = challenge.value;
        fields.solution = await solve(challenge);
      } else if (challenge && captcha) fields[challenge.field] = await captcha(challenge);
      else if (challenge) break;
      continue;
    }
    const fault = errors?.[0]?.field ?? field ?? "";
    if (answer.status === 422) return [fault, fault === "email" ? "email_wrong" : "field_wrong"];
    return ["", answer.status === 429 ? "too_many" : "failed"];
  }
  return ["", "failed"];
}
