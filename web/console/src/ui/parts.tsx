// Small parts that every page uses.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { Status } from "../api";
import { formatFull, formatTime, formatWord } from "./format";

export function Icon({ name }: { name: string }) {
  return <wa-icon name={name} aria-hidden="true" />;
}

export function PageHead({ title, note, children }: { title: string; note?: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Stockbell`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <header class="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {note && <p class="quiet">{note}</p>}
      </div>
      <div class="page-actions">{children}</div>
    </header>
  );
}

export function Problem({ text }: { text: string }) {
  return text ? (
    <wa-callout variant="danger" size="s" role="alert">{text}</wa-callout>
  ) : null;
}

export function Time({ at }: { at: string | null | undefined }) {
  return at ? <time dateTime={at} title={formatFull(at)}>{formatTime(at)}</time> : <span class="quiet">–</span>;
}

const variants: Record<string, string> = {
  Requested: "neutral", Queued: "brand", Sent: "brand", Opened: "success", Clicked: "success", Purchased: "success",
  Pending: "neutral", Cancelled: "warning", Expired: "warning", Undeliverable: "danger",
  finished: "success", done: "success", succeeded: "success", applied: "success", imported: "success", uploaded: "success",
  sent: "success", delivered: "success", failed: "danger", refused: "danger", held: "warning", running: "brand",
  active: "success", paused: "warning", stopped: "danger", unpublished: "neutral", published: "success", draft: "neutral", superseded: "neutral",
  undone: "neutral", "opted-out": "warning", queued: "brand", leased: "brand", withdrawn: "warning", cancelled: "warning", expired: "warning",
};

export function State({ word }: { word: Status | string }) {
  return <wa-badge class="state" appearance="filled" pill variant={variants[word] ?? "neutral"}>{formatWord(word)}</wa-badge>;
}

export type Column<T> = {
  head: string;
  cell: (row: T) => ComponentChildren;
  number?: boolean;
  main?: boolean;  // the title of the row's card on a phone
  text?: boolean;  // long text, may wrap
};

type TableProps<T> = {
  label: string;
  rows: T[] | undefined;
  columns: Column<T>[];
  keyOf: (row: T) => string;
  empty: string;
  loading?: boolean;
  more?: () => void;
};

// A table on a desktop, a list of cards on a phone (by CSS; the cells carry their heads).
export function Table<T>({ label, rows, columns, keyOf, empty, loading, more }: TableProps<T>) {
  if (!rows) return loading ? <p class="waiting"><wa-spinner /> Loading…</p> : null;
  if (!rows.length) return <p class="nothing">{empty}</p>;
  return (
    <>
      <div class="table-frame" role="group" aria-label={label} tabIndex={0}>
        <table>
          <thead>
            <tr>{columns.map((c) => <th scope="col" class={c.number ? "number" : ""}>{c.head}</th>)}</tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((c) => (
                  <td class={`${c.number ? "number" : ""} ${c.main ? "main" : ""} ${c.text ? "text" : ""}`} data-head={c.head}>
                    {c.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more && <p class="more"><wa-button appearance="outlined" onClick={more}>Show more</wa-button></p>}
    </>
  );
}

// Calls back when typing has paused.
export function useDebounced(call: (text: string) => void, waitMs = 300) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => call(text), waitMs);
  };
}

export const valueOf = (event: Event) => String((event.currentTarget as HTMLInputElement).value ?? "");
