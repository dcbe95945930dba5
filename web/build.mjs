// npm run build: web/dist/{widget,store,pages,messages,console}, what the binary embeds.
// Files with a hash in their name never change: they may be cached for a year. Templates get the hashed names.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const web = dirname(fileURLToPath(import.meta.url));
// Written beside and put in place at the end: a build of the binary at the same time sees the old files or the new ones.
const finished = join(web, "dist");
const dist = join(web, "node_modules/.dist");
rmSync(dist, { recursive: true, force: true });

await build({
  root: join(web, "widget"),
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: join(dist, "widget"),
    emptyOutDir: true,
    target: "es2022",
    cssMinify: true,
    cssTarget: ["chrome123", "safari17.5", "firefox121"], // light-dark() stays as it is; widget.css has what older ones get
    lib: { entry: "widget.ts", formats: ["iife"], name: "stockbell", fileName: () => "widget.js" },
  },
});

// The server puts a site's settings in this one place.
const widget = readFileSync(join(dist, "widget/widget.js"), "utf8");
if (widget.split("STOCKBELL_SETTINGS").length !== 2) throw new Error("widget.js must name STOCKBELL_SETTINGS once");
mkdirSync(join(dist, "widget/texts"));
for (const name of readdirSync(join(web, "widget/texts")))
  writeFileSync(join(dist, "widget/texts", name), readFileSync(join(web, "widget/texts", name)));

await build({
  root: join(web, "console"),
  configFile: join(web, "console/vite.config.ts"),
  logLevel: "warn",
  build: { outDir: join(dist, "console") },
});

// Plain assets of the shop: keep the name the sources use, and add a copy named by its content.
const renamed = new Map();
mkdirSync(join(dist, "store/assets"), { recursive: true });
for (const name of readdirSync(join(web, "store/assets"))) {
  const content = readFileSync(join(web, "store/assets", name));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const hashed = name.replace(/(\.[^.]+)$/, `-${hash}$1`);
  writeFileSync(join(dist, "store/assets", name), content);
  writeFileSync(join(dist, "store/assets", hashed), content);
  renamed.set(`/assets/${name}`, `/assets/${hashed}`);
}
for (const folder of ["store", "pages", "messages"]) {
  mkdirSync(join(dist, folder), { recursive: true });
  for (const name of readdirSync(join(web, folder)).filter((n) => /\.(mustache|json)$/.test(n))) {
    let text = readFileSync(join(web, folder, name), "utf8");
    for (const [from, to] of renamed) text = text.replaceAll(`"${from}"`, `"${to}"`);
    writeFileSync(join(dist, folder, name), text);
  }
}
rmSync(finished, { recursive: true, force: true });
renameSync(dist, finished);
