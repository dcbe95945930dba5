// The form itself, made in a shadow root: no style of the shop reaches it but through the variables and parts of docs/widget.md.
// No innerHTML and no style element, so that strict content policies (CSP, trusted types) allow it.
import css from "./widget.css?inline";
import type { Settings } from "./settings.ts";

type Attributes = Record<string, string>;
const known: Record<string, Attributes> = {
  email: { type: "email", autocomplete: "email", inputmode: "email", maxlength: "254", dir: "ltr", required: "" },
  first_name: { autocomplete: "given-name", maxlength: "40" },
  last_name: { autocomplete: "family-name", maxlength: "80" },
  phone: { type: "tel", autocomplete: "tel", maxlength: "40", dir: "ltr" },
};
let sheet: CSSStyleSheet | undefined;

export function make<T extends HTMLElement>(tag: string, attributes: Attributes = {}, ...content: (Node | string)[]): T {
  const element = document.createElement(tag) as T;
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.append(...content);
  return element;
}

export function makeForm(host: HTMLElement, { texts, locale, dir }: Settings): HTMLFormElement {
  const { fields = "", privacy, heading = "2", email = "" } = host.dataset;
  const rows = ["email", ...fields.split(/[\s,]+/).filter((name) => name !== "email" && known[name])].flatMap((name) => [
    make("label", { for: name, part: "label" }, texts[name] + (name === "email" ? "" : ` (${texts.optional})`)),
    make("input", { ...known[name], id: name, name, part: "input", "aria-describedby": name === "email" ? "email-error c" : `${name}-error` }),
    make("p", { id: `${name}-error`, "data-stockbell-error": name, part: "error" }),
  ]);
  const consent = make("p", { id: "c", part: "consent" }, texts.consent);
  if (privacy) consent.append(" ", make("a", { href: privacy, target: "_blank", rel: "noopener" }, texts.privacy));
  const form = make<HTMLFormElement>("form", { part: "form" },
    make(`h${heading}`, { part: "title" }, texts.title),
    ...rows,
    make("button", { type: "submit", part: "button" }, texts.submit),
    consent,
    // For machines; a person never meets it (docs/front-door.md).
    make("div", { "aria-hidden": "true", class: "away" }, make("input", { name: "website", tabindex: "-1", autocomplete: "off" })),
  );
  rows[1].setAttribute("value", email);
  const root = host.attachShadow({ mode: "open" });
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.append(make("div", { lang: locale, dir, part: "box" }, form));
  return form;
}
