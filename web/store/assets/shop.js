// The demo shop's own script: changes the page when another colour or size is chosen, and tells the notify form of it as any shop
// may (docs/widget.md). Without it the same is a plain form that loads the page anew.
const product = document.querySelector("[data-product]");
const find = (name) => product.querySelector(`[data-${name}]`);
const variants = [...product.querySelectorAll("[data-variants] > *")].map((row) => row.dataset);
const options = find("options");
const buy = find("buy");
const notify = product.querySelector("[data-stockbell]");
const title = document.querySelector("h1").textContent;
const words = { in_stock: "In stock", out_of_stock: "Sold out", preorder: "Pre-order", backorder: "Back-order" };
let chosen;

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text; // what is said again is read out again
}

// `stock`: availability and quantity of the chosen variant.
function showStock({ availability, quantity }) {
  // To be had now: what can only be pre-ordered is not back yet.
  const available = chosen !== undefined && availability === "in_stock";
  const few = available && Number(quantity) > 0 && Number(quantity) < 6;
  buy.hidden = !available;
  const status = find("status");
  status.querySelector(".lamp").className = `lamp ${few ? "few" : available ? "in" : "out"}`;
  const text = !chosen ? "Not made in this combination" : few ? `Only ${quantity} left` : words[availability];
  setText(status.querySelector("strong + span"), text ?? "");
}

function showVariant(variant) {
  setText(find("status").querySelector("strong"), variant.text);
  setText(find("price"), variant.price);
  setText(find("article"), variant.sku);
  buy.elements.sku.value = variant.sku;
  notify.dataset.item = variant.text === title ? title : `${title} (${variant.text})`;
  const picture = find("picture");
  if (picture.getAttribute("src") === variant.picture) return;
  picture.src = variant.picture;
  picture.alt = `${title}, ${variant.text}`;
}

// Marks the sizes that are gone in the chosen colour.
function markSizes(color) {
  for (const input of options.querySelectorAll("input[name=size]")) {
    const left = variants.some(
      (v) => v.size === input.value && (!color || v.color === color) && v.availability === "in_stock",
    );
    input.closest(".chip").classList.toggle("gone", !left);
  }
}

options.addEventListener("change", () => {
  const choice = new FormData(options);
  const color = choice.get("color") ?? "";
  chosen = variants.find((v) => v.color === color && v.size === (choice.get("size") ?? ""));
  const address = new URL(location.href);
  for (const [name, value] of choice) address.searchParams.set(name, value);
  history.replaceState(null, "", address);
  markSizes(color);
  showStock(chosen ?? {});
  if (chosen) showVariant(chosen);
  const detail = { sku: chosen?.sku ?? "", availability: chosen?.availability };
  product.dispatchEvent(new CustomEvent("stockbell:variant", { bubbles: true, detail }));
});
options.addEventListener("submit", (event) => event.preventDefault());
options.dataset.ready = "";

// The form asks what is true now; the page may be older.
document.addEventListener("stockbell:state", ({ detail }) => {
  chosen ??= variants.find((v) => v.sku === detail.sku);
  if (detail.availability && detail.sku === chosen?.sku) showStock(detail);
});
