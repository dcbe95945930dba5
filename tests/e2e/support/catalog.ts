// Small hand-made catalogs and stock files in the formats of B2C Commerce.
export interface Variant {
  sku: string;
  color?: string;
  size?: string;
  price?: string;
}

const escape = (text: string) => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

// One master with its variants, in catalog XML.
export function catalogXml(master: string, name: string, variants: Variant[]): string {
  const attribute = (id: string, value?: string) =>
    value ? `<custom-attribute attribute-id="${id}">${escape(value)}</custom-attribute>` : "";
  const product = (variant: Variant) => `
  <product product-id="${escape(variant.sku)}">
    <display-name xml:lang="x-default">${escape(name)}</display-name>
    <online-flag>true</online-flag>
    <images><image-group view-type="large"><image path="${escape(master)}.svg"/></image-group></images>
    <custom-attributes>${attribute("color", variant.color)}${attribute("size", variant.size)}
      ${attribute("price", variant.price ?? "49.00")}${attribute("currency", "EUR")}</custom-attributes>
  </product>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="http://www.demandware.com/xml/impex/catalog/2006-10-31" catalog-id="demo">
  <product product-id="${escape(master)}">
    <display-name xml:lang="x-default">${escape(name)}</display-name>
    <online-flag>true</online-flag>
    <variations><attributes><variation-attribute attribute-id="color" variation-attribute-id="color"/>
      <variation-attribute attribute-id="size" variation-attribute-id="size"/></attributes>
      <variants>${variants.map((v) => `<variant product-id="${escape(v.sku)}"/>`).join("")}</variants></variations>
  </product>${variants.map(product).join("")}
</catalog>`;
}

export function inventoryXml(stock: Record<string, number>, listId = "default"): string {
  const records = Object.entries(stock).map(([sku, units]) => `
      <record product-id="${escape(sku)}"><allocation>${units}</allocation></record>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<inventory xmlns="http://www.demandware.com/xml/impex/inventory/2007-05-31">
  <inventory-list>
    <header list-id="${listId}"><default-instock>false</default-instock></header>
    <records>${records.join("")}
    </records>
  </inventory-list>
</inventory>`;
}
