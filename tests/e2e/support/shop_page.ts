// A shop's own pages, on another origin than Stockbell and under a content policy as strict as a shop could wish for: what is told in
// docs/widget.md holds under it.
import { readFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import path from "node:path";
import { freePort, root } from "./stockbell.ts";

export type Texts = Record<string, string>;
export const languages = ["en", "de", "fr", "es", "ja", "ar"];
export const textsOf = (language: string): Texts =>
  JSON.parse(readFileSync(path.join(root, "web/widget/texts", `${language}.json`), "utf8"));
// A text as the form shows it: names and addresses are isolated from the direction of the sentence.
export const filled = (text: string, values: Texts) => text.replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name]}\u2069`);

export interface ShopPageParts {
  lang?: string;
  head?: string;
  body: string;
}

export class ShopPages {
  readonly pages: Record<string, ShopPageParts> = {};
  private constructor(private server: Server, readonly port: number, private bell: string) {}

  // `files`: what the shop serves beside its pages, by path.
  static async start(bell: string, files: Record<string, string> = {}): Promise<ShopPages> {
    const port = await freePort();
    const server = createServer((request, response) => {
      const where = new URL(request.url!, "http://shop").pathname;
      if (files[where] !== undefined)
        return void response.writeHead(200, { "Content-Type": where.endsWith(".js") ? "text/javascript" : "text/css" }).end(files[where]);
      const parts = pages.pages[where];
      if (!parts) return void response.writeHead(404).end();
      response.writeHead(200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": `default-src 'none'; script-src 'self' ${bell}; connect-src ${bell}; style-src 'self'; ` +
          `form-action ${bell}; base-uri 'none'; require-trusted-types-for 'script'`,
      }).end(pages.html(parts));
    });
    const pages = new ShopPages(server, port, bell);
    await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
    return pages;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  script(query = ""): string {
    return `${this.bell}/api/v1/widget.js${query}`;
  }

  private html({ lang = "en", head = "", body }: ShopPageParts): string {
    return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/shop.css">${head}</head>
<body><main><h1>Wool Scarf</h1>${body}</main></body></html>`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

// A page as a shop would keep room on it for the form: nothing below may move.
export const shopCss = `:root { color-scheme: light dark; background: canvas; color: canvastext; } body { font: 16px/1.5 sans-serif; margin: 1rem; }
[data-stockbell] { min-block-size: 19rem; max-inline-size: 26rem; } [data-stockbell][data-availability=in_stock] { min-block-size: 0; }
p { margin: 1rem 0; }`;
