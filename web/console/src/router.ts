// Where the console is: "#/requests/a0B…?status=Sent" is { path: ["requests", "a0B…"], query }. The address is the state, so
// that a page can be linked to, reloaded, and left by the back button.
import { signal } from "@preact/signals";

export type Place = { path: string[]; query: URLSearchParams };

function read(): Place {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(search ?? "") };
}

export const place = signal<Place>(read());
addEventListener("hashchange", () => (place.value = read()));

export function address(path: string[], values: Record<string, string> = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  return `#/${path.map(encodeURIComponent).join("/")}${query.size ? `?${query}` : ""}`;
}

export function go(path: string[], values: Record<string, string> = {}) {
  location.hash = address(path, values);
}
