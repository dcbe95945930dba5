// The Web Awesome components in use, one import each, and their icons from our own files (never from a CDN).
import "@awesome.me/webawesome/dist/components/badge/badge.js";
import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/spinner/spinner.js";

import { registerIconLibrary } from "@awesome.me/webawesome/dist/webawesome.js";

const files = import.meta.glob<string>("./icons/*.svg", { query: "?url", import: "default", eager: true });
const resolver = (name: string) => files[`./icons/${name}.svg`] ?? files["./icons/dot.svg"];
registerIconLibrary("system", { resolver });
registerIconLibrary("default", { resolver });

type AnyAttributes = Record<string, unknown>;
declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "wa-badge": AnyAttributes;
      "wa-button": AnyAttributes;
      "wa-callout": AnyAttributes;
      "wa-drawer": AnyAttributes;
      "wa-icon": AnyAttributes;
      "wa-input": AnyAttributes;
      "wa-option": AnyAttributes;
      "wa-select": AnyAttributes;
      "wa-spinner": AnyAttributes;
    }
  }
}
