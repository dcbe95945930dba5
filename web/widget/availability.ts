// What is true now, whatever a cached page says. Boxes that ask at the same time share a call.
import { call } from "./settings.ts";

export type Stock = { sku: string; availability: string; quantity: number };
type Batch = { skus: string[]; items: Promise<Stock[]> };
const open: Record<string, Batch | undefined> = {};
const kSkusAtOnce = 100;

async function ask(site: string, batch: Batch): Promise<Stock[]> {
  await null; // whoever else asks in this turn comes along
  open[site] = undefined;
  const answer = await call(`availability?${new URLSearchParams([["site", site], ...batch.skus.map((sku) => ["sku", sku])])}`);
  return (await answer.json()).items;
}

// Undefined when the shop did not say in time.
export function stockOf(sku: string, site: string): Promise<Stock | undefined> {
  let batch = open[site];
  if (!batch || batch.skus.length === kSkusAtOnce) {
    batch = open[site] = { skus: [], items: Promise.resolve([]) };
    batch.items = ask(site, batch);
  }
  batch.skus.push(sku);
  return batch.items.then(
    (items) => items.find((item) => item.sku === sku),
    () => undefined,
  );
}
