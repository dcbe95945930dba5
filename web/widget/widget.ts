// Makes the notify form of a product page smoother; without it everything works by plain forms. Served at /api/v1/widget.js.
// A shop of its own marks its elements as web/store/product.mustache does, or only the form's section with
// data-stockbell-notify, and tells of a chosen variant by
//   document.dispatchEvent(new CustomEvent("stockbell:variant", { detail: { sku: "A-1" } }))
type Variant = {
  sku: string;
  color: string;
  size: string;
  text: string;
  price: string;
  picture: string;
  availability: string;
  quantity: string;
};
type Problem = { detail?: string; field?: string; errors?: { field: string; detail?: string }[] };

const words: Record<string, string> = {
  in_stock: "In stock",
  out_of_stock: "Sold out",
  preorder: "Pre-order",
  backorder: "Back-order",
};
const find = <T extends HTMLElement>(root: ParentNode, name: string) =>
  root.querySelector<T>(`[data-stockbell-${name}]`);

function setField(form: HTMLFormElement | null | undefined, name: string, value: string) {
  const field = form?.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

// The server's word on what the shopper typed goes beside the field it is about.
function showProblem(form: HTMLFormElement, field: string, text: string) {
  const line = form.querySelector<HTMLElement>(`[data-stockbell-error="${field}"]`);
  const input = form.elements.namedItem(field);
  if (line && input instanceof HTMLElement) {
    line.textContent = text;
    input.setAttribute("aria-invalid", "true");
    input.focus();
    return;
  }
  let general = find(form, "problem");
  if (!general) {
    general = document.createElement("p");
    general.className = "problem";
    general.dataset.stockbellProblem = "";
    general.setAttribute("role", "alert");
    form.prepend(general);
  }
  general.textContent = text;
}

// "the address is too long" -> "The address is too long."
function sentence(text: string) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function clearProblems(form: HTMLFormElement) {
  find(form, "problem")?.remove();
  form.querySelectorAll("[data-stockbell-error]").forEach((line) => (line.textContent = ""));
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
}

function showDone(form: HTMLFormElement, email: string, item: string) {
  const done = document.createElement("div");
  done.className = "done";
  done.tabIndex = -1;
  done.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = `Thank you. As soon as ${item || "the item"} is back, we will write to ${email}.`;
  done.append(text);
  form.hidden = true;
  form.parentElement?.querySelectorAll(".done").forEach((old) => old.remove());
  form.after(done);
  done.focus();
}

async function submit(form: HTMLFormElement, item: () => string) {
  const button = form.querySelector<HTMLButtonElement>("[type=submit]");
  if (button?.getAttribute("aria-busy") === "true") return;
  clearProblems(form);
  const fields = Object.fromEntries(
    [...new FormData(form)].filter(([name, value]) => value !== "" && name !== "return_url"),
  ) as Record<string, string>;
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(fields),
      signal: AbortSignal.timeout(15000),
    });
    if (answer.ok) return showDone(form, fields.email, item());
    const problem: Problem = await answer.json().catch(() => ({}));
    const errors = problem.errors ?? [{ field: problem.field ?? "", detail: problem.detail }];
    const busy = "Too many requests from here just now. Please try again in a minute.";
    const fallback = answer.status === 429 ? busy : "That did not work. Please try again in a moment.";
    for (const error of errors)
      showProblem(form, error.field, answer.status === 422 && error.detail ? sentence(error.detail) : fallback);
  } catch {
    showProblem(form, "", "We could not reach the shop. Please check your connection and try again.");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

function followVariants(product: HTMLElement, notify: HTMLElement, reset: () => void) {
  const options = find<HTMLFormElement>(product, "options");
  const variants = [...product.querySelectorAll<HTMLElement>("[data-stockbell-variants] > *")].map(
    (row) => ({ ...row.dataset }) as Variant,
  );
  const buy = find<HTMLFormElement>(product, "buy");
  const status = find(product, "status");
  if (!options || !variants.length) return;
  options.dataset.ready = "";

  const show = (chosen: Variant | undefined, fresh?: { availability: string; quantity: number }) => {
    const availability = fresh?.availability ?? chosen?.availability ?? "";
    const quantity = Number(fresh?.quantity ?? chosen?.quantity ?? 0);
    // To be had now: what can only be pre-ordered is not back yet.
    const available = chosen !== undefined && availability === "in_stock";
    const few = availability === "in_stock" && quantity > 0 && quantity < 6;
    if (buy) buy.hidden = !available;
    notify.hidden = available || !chosen;
    const lamp = status?.querySelector(".lamp");
    if (lamp) lamp.className = `lamp ${few ? "few" : available ? "in" : "out"}`;
    const name = status?.querySelector("strong");
    const state = status?.querySelector("strong + span");
    const text = !chosen ? "Not made in this combination" : few ? `Only ${quantity} left` : words[availability];
    if (state && state.textContent !== text) state.textContent = text ?? "";
    if (!chosen) return;
    if (name && name.textContent !== chosen.text) name.textContent = chosen.text;
    setField(buy, "sku", chosen.sku);
    setField(notify.querySelector("form"), "sku", chosen.sku);
    setField(notify.querySelector("form"), "page_url", location.href);
    const price = find(product, "price");
    if (price) price.textContent = chosen.price;
    const sku = find(product, "sku");
    if (sku) sku.textContent = chosen.sku;
    const picture = find<HTMLImageElement>(product, "picture");
    if (picture && picture.getAttribute("src") !== chosen.picture) {
      picture.src = chosen.picture;
      picture.alt = `${document.querySelector("h1")?.textContent ?? ""}, ${chosen.text}`;
    }
  };

  // Marks the sizes that are gone in the chosen colour.
  const markSizes = (color: string) =>
    options.querySelectorAll<HTMLInputElement>("input[name=size]").forEach((input) => {
      const left = variants.some(
        (v) => v.size === input.value && (!color || v.color === color) && v.availability === "in_stock",
      );
      input.closest(".chip")?.classList.toggle("gone", !left);
    });

  options.addEventListener("change", async () => {
    const choice = new FormData(options);
    const color = String(choice.get("color") ?? "");
    const size = String(choice.get("size") ?? "");
    const chosen = variants.find((v) => v.color === color && v.size === size);
    const address = new URL(options.action);
    address.search = new URLSearchParams([...choice] as [string, string][]).toString();
    history.replaceState(null, "", address);
    markSizes(color);
    reset();
    show(chosen);
    if (!chosen) return;
    // The page may have been cached: ask what is true now.
    const answer = await fetch(`/api/v1/availability?sku=${encodeURIComponent(chosen.sku)}`).catch(() => null);
    if (!answer?.ok) return;
    const item = (await answer.json().catch(() => null))?.items?.[0];
    const current = notify.querySelector<HTMLInputElement>("[name=sku]")?.value;
    if (item && current === chosen.sku) show(chosen, item);
  });
  options.addEventListener("submit", (event) => event.preventDefault());
}

for (const notify of document.querySelectorAll<HTMLElement>("[data-stockbell-notify]")) {
  const form = notify.querySelector("form");
  if (!form) continue;
  const product = notify.closest<HTMLElement>("[data-stockbell-product]");
  const item = () => {
    const name = document.querySelector("h1")?.textContent ?? "";
    const text = product && find(product, "status")?.querySelector("strong")?.textContent;
    return text && text !== name ? `${name} (${text})` : name;
  };
  const reset = () => {
    notify.querySelectorAll(".done").forEach((old) => old.remove());
    form.hidden = false;
    clearProblems(form);
  };
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const email = form.elements.namedItem("email");
    if (email instanceof HTMLInputElement && !email.value.trim()) {
      clearProblems(form);
      return showProblem(form, "email", "Please enter your e-mail address.");
    }
    void submit(form, item);
  });
  document.addEventListener("stockbell:variant", (event) => {
    setField(form, "sku", (event as CustomEvent<{ sku: string }>).detail.sku);
    reset();
  });
  if (product) followVariants(product, notify, reset);
}
