// One notify form on the page: knows its variant, asks whether that is sold out, and says what came of a request. The form is the
// shop's own when the host holds one (it works without this script, and keeps the shop's looks), else one in a shadow root.
import { stockOf } from "./availability.ts";
import { make, makeForm } from "./form.ts";
import { type Settings, settingsFor, tagOf } from "./settings.ts";
import { type Captcha, type Fields, pageToken, post } from "./submit.ts";

export class Box {
  sku = "";
  private seen: (string | null)[] = [];
  private form: HTMLFormElement;
  private message: HTMLElement;
  private problem: HTMLElement;
  private token?: Promise<string>;
  private word?: string;
  private told = ""; // the SKU whose message is shown instead of the form
  private moved = false; // a second variant: what happens now, the shopper did

  static async on(host: HTMLElement, captcha: () => Captcha | undefined): Promise<Box> {
    const wanted = host.dataset.locale || host.closest<HTMLElement>("[lang]")?.lang;
    return new Box(host, await settingsFor(host.dataset.site || undefined, wanted || undefined), wanted, captcha);
  }

  private constructor(
    private host: HTMLElement,
    private settings: Settings,
    private wanted: string | undefined,
    private captcha: () => Captcha | undefined,
  ) {
    const form = host.querySelector("form");
    this.form = form ?? makeForm(host, settings);
    this.form.noValidate = true; // what is wrong is said in words, in the page's language
    const problem = this.form.querySelector<HTMLElement>("[data-stockbell-problem]");
    this.problem = problem ?? make("p", { role: "alert", class: "problem", part: "error", "data-stockbell-problem": "" });
    if (!problem) this.form.querySelector("[type=submit]")?.before(this.problem);
    this.message = make("div", { role: "status", tabindex: "-1", part: "message", "data-stockbell-message": "" });
    this.form.after(this.message);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    if (!form) this.form.hidden = true;
    this.look();
  }

  // Of the page's word on the variant (docs/widget.md), that which changed last counts.
  look() {
    const { sku = this.input("sku")?.value ?? "", skuFrom, skuAttribute, skuParameter } = this.host.dataset;
    const source = skuFrom ? document.querySelector<HTMLInputElement>(skuFrom) : null;
    const url = skuParameter || (!sku && !skuFrom) ? new URLSearchParams(location.search).get(skuParameter || "variant") : null;
    const told = source && (skuAttribute ? source.getAttribute(skuAttribute) : (source.value ?? source.dataset.sku ?? source.textContent));
    let chosen = this.sku;
    [sku, url, told].forEach((value, i) => {
      if (value !== (this.seen[i] ?? null)) chosen = (value ?? "").trim();
      this.seen[i] = value;
    });
    if (chosen !== this.sku) void this.follow(chosen);
  }

  private async follow(sku: string) {
    this.moved ||= this.sku !== "";
    this.sku = sku;
    this.token = undefined;
    this.told = "";
    this.clear();
    // The page's word on this variant: of the first one, or said anew.
    const { availability } = this.host.dataset;
    const page = this.moved && availability === this.word ? undefined : availability;
    this.word = availability;
    if (!sku) return this.show("empty");
    if (page) this.show(this.rings(page) ? "available" : "form", page);
    const stock = await stockOf(sku, this.settings.site);
    if (this.sku !== sku || this.told === sku) return;
    const now = stock?.availability ?? page ?? "";
    this.show(this.rings(now) ? "available" : "form", page, stock);
  }

  private rings = (availability: string) => this.settings.rings.includes(availability);

  private show(state: string, page?: string, stock?: object) {
    const { host, settings } = this;
    const { texts } = settings;
    const was = this.form.hidden;
    const stale = state === "available" && page && !this.rings(page) && !this.moved;
    if (state === "form") void this.fetchToken(); // old enough by the time somebody has typed
    this.keepHeight();
    // On a page that did not say, the room kept for the form stays as it is.
    host.hidden = state !== "form" && !stale && (this.moved || page !== undefined);
    this.form.hidden = state !== "form";
    if (stale) {
      // The page says sold out, and is wrong: say so in the place that was kept for the form.
      const link = make("a", { href: location.href, part: "link" }, texts.reload);
      this.say("available", `${texts.available} `, link);
    } else if (was !== this.form.hidden || state !== "form") this.say("");
    this.tell(state, stock);
  }

  // What comes in place of the form takes no less room: nothing below moves.
  private keepHeight() {
    const height = this.host.offsetHeight;
    if (height) this.host.style.minBlockSize = `${height}px`;
  }

  private say(state: string, ...content: (Node | string)[]) {
    this.message.dataset.state = state;
    this.message.replaceChildren(...content);
  }

  private tell(state: string, more: object = {}) {
    const detail = { sku: this.sku, site: this.settings.site, state, ...more };
    this.host.dispatchEvent(new CustomEvent("stockbell:state", { bubbles: true, composed: true, detail }));
  }

  private input = (name: string) => this.form.querySelector<HTMLInputElement>(`[name="${name}"]`);
  private errorOf = (field: string) => field && this.form.querySelector(`[data-stockbell-error="${field}"]`);

  private clear() {
    this.problem.textContent = "";
    this.form.querySelectorAll("[data-stockbell-error]").forEach((line) => (line.textContent = ""));
    this.form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  }

  private complain(field: string, key: string) {
    const line = this.errorOf(field);
    const input = this.input(field);
    if (line && input) {
      line.textContent = this.settings.texts[key];
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else this.problem.textContent = this.settings.texts[key === "field_wrong" ? "failed" : key];
    this.tell("error", { field, reason: key });
  }

  // The page's own token, which is for all its variants, or one for this.
  private fetchToken() {
    const own = this.input("page_token")?.value;
    return (this.token ??= (own ? Promise.resolve(own) : pageToken(this.settings.site, this.sku)).catch(() => {
      this.token = undefined;
      return "";
    }));
  }

  private async send() {
    const { form, settings, host, sku } = this;
    const { texts } = settings;
    const button = form.querySelector<HTMLElement>("[type=submit]");
    if (!button || button.hasAttribute("aria-busy")) return;
    this.clear();
    const email = this.input("email")?.value.trim() ?? "";
    if (!email) return this.complain("email", "email_missing");
    if (!/^\S+@\S+\.\S+$/.test(email)) return this.complain("email", "email_wrong");
    const label = button.textContent ?? "";
    button.textContent = texts.busy;
    button.setAttribute("aria-busy", "true");
    this.say("busy", texts.busy);
    const typed = [...new FormData(form)].filter(([name, value]) => value && name !== "return_url") as [string, string][];
    const fields: Fields = {
      consent_version: texts.consent_version,
      locale: tagOf(settings, this.wanted),
      ...Object.fromEntries(typed),
      sku,
      site: settings.site,
      page_url: location.href.slice(0, 2000),
    };
    const token = await this.fetchToken();
    if (token) fields.page_token = token;
    const problem = await post(fields, this.captcha()).catch((): [string, string] => ["", "failed"]);
    button.textContent = label;
    button.removeAttribute("aria-busy");
    if (this.sku !== sku) return; // another variant was chosen meanwhile: its own form stands here
    this.say("");
    if (problem) return this.complain(...problem);
    const parts: Fields = { item: host.dataset.item || texts.item, email };
    const text = texts[settings.confirm ? "confirm" : "done"];
    // Isolated, so that neither name nor address turns the sentence around in a right-to-left text.
    const words = text.replace(/\{(\w+)\}/g, (_, name) => `\u2068${parts[name]}\u2069`);
    this.keepHeight();
    this.told = sku;
    form.hidden = true;
    this.say("done", words.replace(/^\p{Ll}/u, (c) => c.toUpperCase()));
    this.message.focus();
    this.tell("done");
  }
}
