// What the server knows of a site and a language: its texts, what counts as sold out, whether a mailbox must confirm. One
// language comes with the script itself; another is fetched once.
export type Settings = {
  site: string;
  locale: string; // of the texts
  dir: "ltr" | "rtl";
  confirm: boolean; // double opt-in
  rings: string[]; // availabilities that need no form
  texts: Record<string, string>;
};

// The server puts the settings of ?site=&locale= here (commerce/storefront/widget_script.cc).
declare const STOCKBELL_SETTINGS: Settings;
const baked: Settings = STOCKBELL_SETTINGS;

export const script = document.currentScript as HTMLScriptElement | null;
// The folder of the API: "https://stockbell.example/api/v1/".
export const api = script ? new URL(".", script.src).href : "/api/v1/";

// No call keeps the shop waiting longer than this.
export const call = (path: string, options: RequestInit = {}) =>
  fetch(api + path, { credentials: "omit", ...options, signal: AbortSignal.timeout(3000) });

const fetched: Record<string, Promise<Settings>> = {};
const language = (tag: string) => tag.toLowerCase().split(/[-_]/)[0];

export function settingsFor(site = baked.site, locale = baked.locale): Promise<Settings> | Settings {
  if (site === baked.site && language(locale) === language(baked.locale)) return baked;
  const path = `widget-settings?${new URLSearchParams({ site, locale })}`;
  return (fetched[path] ??= call(path)
    .then((answer) => (answer.ok ? answer.json() : baked))
    .catch(() => baked));
}

// The tag that goes with a request: the page's own where the texts are of its language.
export const tagOf = (settings: Settings, wanted?: string) =>
  wanted && language(wanted) === language(settings.locale) ? wanted.replace("_", "-") : settings.locale;
