// The notify form of a product page, served at /api/v1/widget.js with the texts of a site and a language; docs/widget.md says how a
// shop puts it in. Finds its hosts, also ones that come later, and tells them when the page changed.
import { Box } from "./box.ts";
import { make } from "./form.ts";
import { script } from "./settings.ts";
import type { Captcha } from "./submit.ts";

type Api = {
  setVariant(sku: string | null, within?: Node | string): void;
  refresh(): void;
  captcha?: Captcha;
};
const page = window as unknown as { Stockbell?: Api };
const boxes = new Map<HTMLElement, Box | undefined>();

function hosts() {
  return [...document.querySelectorAll<HTMLElement>("[data-stockbell]")];
}

function refresh() {
  for (const host of boxes.keys()) if (!host.isConnected) boxes.delete(host);
  for (const host of hosts())
    if (boxes.has(host)) boxes.get(host)?.look();
    else {
      boxes.set(host, undefined);
      void Box.on(host, () => page.Stockbell?.captcha).then((box) => boxes.set(host, box));
    }
}

function setVariant(sku: string | null, within: Node | string = document, availability?: string) {
  const where = typeof within === "string" ? document.querySelector(within) : within;
  for (const host of hosts())
    if (where?.contains(host)) {
      if (availability) host.dataset.availability = availability;
      else delete host.dataset.availability;
      host.dataset.sku = sku ?? "";
    }
  refresh();
}

// <script src="…/widget.js" data-sku="A-1">: the form stands where the script does.
const { sku, skuFrom, skuParameter } = script?.dataset ?? {};
if (script && (sku ?? skuFrom ?? skuParameter) !== undefined) {
  const host = make("div", { "data-stockbell": "" });
  Object.assign(host.dataset, script.dataset);
  script.after(host);
}

if (page.Stockbell) page.Stockbell.refresh();
else {
  page.Stockbell = { setVariant: (sku, within) => setVariant(sku, within), refresh };
  document.addEventListener("stockbell:variant", (event) => {
    const { sku, id, availability } = (event as CustomEvent).detail ?? {};
    setVariant(sku ?? id ?? "", event.target as Node, availability);
  });
  let due = 0;
  const later = () => (due ||= setTimeout(() => {
    due = 0;
    refresh();
  }));
  new MutationObserver(later).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (const type of ["change", "input", "click"]) document.addEventListener(type, later);
  addEventListener("popstate", later);
  // Addresses changed by a script; older browsers see them at the next click or change of the page.
  (window as unknown as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", later);
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", refresh) : refresh();
}
