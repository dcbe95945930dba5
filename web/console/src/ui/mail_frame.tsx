// A mail's HTML in a frame without scripts, forms or our styles. The frame inherits the console's strict policy, which would
// drop the mail's inline styles: they are taken out of the text and set again through the style API, which the policy allows.
import { useEffect, useRef, useState } from "preact/hooks";

const dropped = "script, iframe, object, embed, base, link, meta[http-equiv], form";

function parseMail(html: string) {
  const styles: string[] = [];
  const quiet = html.replace(/<style[^>]*>([\s\S]*?)<\/style>/gi, (_, css: string) => (styles.push(css), ""))
    .replace(/(<[^>]*?\s)style=/gi, "$1data-mail-style=");
  const mail = new DOMParser().parseFromString(quiet, "text/html");
  mail.querySelectorAll(dropped).forEach((element) => element.remove());
  mail.querySelectorAll("a").forEach((link) => {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  });
  return { styles, mail };
}

function fill(frame: HTMLIFrameElement, html: string) {
  const page = frame.contentDocument;
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!page || !view) return;
  const { styles, mail } = parseMail(html);
  page.adoptedStyleSheets = styles.map((css) => {
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
  page.documentElement.lang = mail.documentElement.lang;
  page.body.className = mail.body.className;
  const bodyStyle = mail.body.dataset.mailStyle;
  page.body.replaceChildren(...[...mail.body.childNodes].map((node) => page.importNode(node, true)));
  if (bodyStyle) page.body.style.cssText = bodyStyle;
  page.querySelectorAll<HTMLElement>("[data-mail-style]").forEach((element) => {
    element.style.cssText = element.dataset.mailStyle ?? "";
    element.removeAttribute("data-mail-style");
  });
}

export function MailFrame({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(480);
  useEffect(() => {
    const element = frame.current!;
    const show = () => {
      fill(element, html);
      const body = element.contentDocument?.body;
      if (!body) return;
      const measure = () => setHeight(Math.min(1600, Math.max(200, body.scrollHeight)));
      measure();
      body.querySelectorAll("img").forEach((picture) => picture.addEventListener("load", measure));
    };
    element.addEventListener("load", show);
    show();
    return () => element.removeEventListener("load", show);
  }, [html]);
  return (
    <iframe ref={frame} class="mail" title={title} height={height} sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" />
  );
}
