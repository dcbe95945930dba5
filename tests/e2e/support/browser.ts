// The machine's Chromium, driven by playwright-core.
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";

let browser: Browser | undefined;

export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

// Collects what a page complains of: script errors, blocked content, failed requests of its own.
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  return found;
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}
