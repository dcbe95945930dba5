// axe-core in the page of a test: what it finds wrong by WCAG 2.2 AA and by good practice.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// "color-contrast: #button …" for each finding, none when all is well. `within`: a selector.
export async function accessibilityProblems(page: Page, within?: string): Promise<string[]> {
  await page.evaluate(source); // by the debugger: no content policy stands in its way
  return await page.evaluate(async (within) => {
    const { violations } = await (window as any).axe.run(within ? { include: [[within]] } : document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.flatMap((rule: any) => rule.nodes.map((node: any) =>
      `${rule.id}: ${node.target.flat().join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`));
  }, within);
}
