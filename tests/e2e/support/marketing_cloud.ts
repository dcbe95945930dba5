// sfmc-sdk, unmodified, against a Stockbell.
import SDK from "sfmc-sdk";
import type { Json, Stockbell } from "./stockbell.ts";

// Its check of the address is not anchored, so the server under test may stand in front.
export const authUrl = (bell: Stockbell) => `${bell.url}/https://mc12345678901234567890123456.auth.marketingcloudapis.com/`;

export async function marketingCloud(bell: Stockbell, role: string, name: string, options: Json = {}): Promise<SDK> {
  const { key } = await bell.api("POST", "/keys", { role, name });
  return new SDK({ client_id: name, client_secret: key, account_id: 1, auth_url: authUrl(bell) }, options);
}

export const field = (name: string, type: string, more: Json = {}) => ({ name, type, isNullable: !more.isPrimaryKey, ...more });

// Whatever it is rejected with: the status and the message.
export async function refusal(call: Promise<unknown>): Promise<[number | undefined, string]> {
  try {
    await call;
  } catch (error: Json) {
    return [error.response?.status, error.message];
  }
  throw new Error("the call succeeded");
}
