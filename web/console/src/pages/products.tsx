import { useEffect, useRef, useState } from "preact/hooks";

import { api, session, type Product } from "../api";
import { address, go, place } from "../router";
import { formatNumber } from "../ui/format";
import { useLoad, usePages } from "../ui/load";
import { PageHead, Problem, Table, useDebounced, valueOf } from "../ui/parts";

function optionsOf(product: Product) {
  const { options } = product;
  if (typeof options === "string") return options;
  if (options) return Object.values(options).filter(Boolean).join(", ");
  return [product.color, product.size].filter(Boolean).join(", ");
}

const priceOf = (product: Product) =>
  product.price === undefined || product.price === ""
    ? "–"
    : Number.isNaN(Number(product.price))
      ? String(product.price)
      : new Intl.NumberFormat(undefined, { style: "currency", currency: product.currency || "EUR" }).format(Number(product.price));

// The stock of one SKU: type, Enter or Save. What was saved is said aloud.
function StockField({ product, onSaved }: { product: Product; onSaved: () => void }) {
  const [text, setText] = useState(String(product.ats));
  const [note, setNote] = useState<{ text: string; bad?: boolean }>({ text: "" });
  const editing = useRef(false);
  useEffect(() => {
    if (!editing.current) setText(String(product.ats));
  }, [product.ats]);
  const changed = text.trim() !== String(product.ats);

  const save = async (event: Event) => {
    event.preventDefault();
    const quantity = Number(text);
    if (!/^\d+$/.test(text.trim()) || quantity > 1e9) return setNote({ text: "A whole number, 0 or more", bad: true });
    try {
      await api.setStock(product.sku, quantity);
      editing.current = false;
      setNote({ text: "Saved" });
      setTimeout(() => setNote({ text: "" }), 4000);
      onSaved();
    } catch (error) {
      setNote({ text: (error as Error).message, bad: true });
    }
  };
  return (
    <form class="stock-field" onSubmit={save}>
      <wa-input size="s" inputmode="numeric" aria-label={`Units of ${product.sku}`} label={`Units of ${product.sku}`} value={text}
        onInput={(e: Event) => { editing.current = true; setText(valueOf(e)); }}
        onBlur={() => { if (!changed) editing.current = false; }} />
      <wa-button size="s" type="submit" variant={changed ? "brand" : "neutral"} appearance={changed ? "accent" : "outlined"} disabled={!changed}>Save</wa-button>
      <span class={note.bad ? "bad" : "good"} role="status">{note.text}</span>
    </form>
  );
}

export function ProductsPage() {
  const { query } = place.value;
  const filter = { search: query.get("search") ?? "", availability: query.get("availability") ?? "" };
  const list = usePages<Product>((cursor) => api.products({ ...filter, cursor, limit: 50 }), JSON.stringify(filter), 6000);
  const demand = useLoad(() => api.demand(1000), "demand", 6000);
  const waiting = new Map(demand.value?.items.map((row) => [row.sku, row.waiting]));
  const choose = (change: Partial<typeof filter>) => go(["products"], { ...filter, ...change });
  const search = useDebounced((text) => choose({ search: text.trim() }));
  const mayEdit = session.value?.role === "admin";

  return (
    <>
      <PageHead title="Products" note="Stock typed here counts at once: who waits for it is told." />
      <form class="filters" role="search" onSubmit={(e: Event) => e.preventDefault()}>
        <wa-input label="Name or SKU" type="search" value={filter.search} with-clear onInput={(e: Event) => search(valueOf(e))} />
        <wa-select label="Availability" placeholder="Any" with-clear value={filter.availability}
          onChange={(e: Event) => choose({ availability: valueOf(e) })}>
          <wa-option value="out_of_stock">Sold out</wa-option>
          <wa-option value="in_stock">In stock</wa-option>
        </wa-select>
      </form>
      <Problem text={list.error} />
      <Table
        label="Products"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.sku}
        empty={filter.search || filter.availability ? "No product fits this search." : "The catalog is empty: import one."}
        columns={[
          { head: "Product", main: true, cell: (row) => (
            <div class="item">
              {row.picture_url && <img src={row.picture_url} alt="" width="44" height="44" loading="lazy" />}
              <div><strong>{row.name}</strong><br /><span class="quiet">{optionsOf(row)}</span></div>
            </div>
          ) },
          { head: "SKU", cell: (row) => <code>{row.sku}</code> },
          { head: "Price", number: true, cell: priceOf },
          { head: "Waiting", number: true, cell: (row) =>
            waiting.get(row.sku) ? <a href={address(["requests"], { sku: row.sku })}>{formatNumber(waiting.get(row.sku))}</a> : <span class="quiet">0</span> },
          { head: "State", cell: (row) => row.in_stock ? <wa-badge class="state" appearance="filled" pill variant="success">In stock</wa-badge> : <wa-badge class="state" appearance="filled" pill variant="danger">Sold out</wa-badge> },
          { head: "Units", cell: (row) => mayEdit ? <StockField product={row} onSaved={list.reload} /> : formatNumber(row.ats) },
        ]}
      />
    </>
  );
}
