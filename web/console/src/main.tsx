import "@awesome.me/webawesome/dist/styles/themes/default.css";
import "uplot/dist/uPlot.min.css";
import "./console.css";
import "./elements";

import { render } from "preact";

import { api } from "./api";
import { App } from "./app";

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("wa-dark", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

render(<App />, document.getElementById("console")!);
void api.loadSession();
