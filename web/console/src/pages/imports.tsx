import { useState } from "preact/hooks";

import { api, type Import, type ImportError, session } from "../api";
import { address, go, place } from "../router";
import { Drawer } from "../ui/drawer";
import { formatNumber, formatWord } from "../ui/format";
import { useLoad, usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time } from "../ui/parts";

type Kind = "files" | "feeds";

function ErrorsDrawer({ kind, id, onClose }: { kind: Kind; id: string; onClose: () => void }) {
  const errors = useLoad<ImportError[]>(() => (kind === "files" ? api.importErrors(id) : api.feedImportErrors(id)), id);
  return (
    <Drawer label="Refused rows" onClose={onClose}>
      <Problem text={errors.error} />
      <Table
        label="Refused rows"
        rows={errors.value}
        loading={errors.loading}
        keyOf={(row) => `${row.line} ${row.reason}`}
        empty="Every row was taken."
        columns={[
          { head: "Line", number: true, cell: (row) => formatNumber(row.line) },
          { head: "Reason", main: true, cell: (row) => <>{formatWord(row.reason)}{row.message && <><br /><span class="quiet">{row.message}</span></>}</> },
        ]}
      />
    </Drawer>
  );
}

// A feed that the guard holds: the numbers, what releasing it would do, and the decision.
function HeldDrawer({ id, onClose }: { id: string; onClose: (decided: boolean) => void }) {
  const held = useLoad(() => api.heldFeed(id), id);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const decide = async (decision: "release" | "discard") => {
    setBusy(true);
    try {
      await api.decideFeed(id, decision);
      onClose(true);
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  const { feed, preview } = held.value ?? {};
  const mayDecide = session.value?.role === "admin";
  return (
    <Drawer label="Held feed" onClose={() => onClose(false)}>
      <Problem text={held.error || problem} />
      {feed && preview && (
        <>
          <p class="wrap"><strong>{feed.file_name}</strong> came <Time at={feed.created_at} />. Nothing of it has been applied.</p>
          {feed.state === "held"
            ? <wa-callout variant="warning" size="s">Held because {feed.error}.</wa-callout>
            : <p>It is not held any more: <State word={feed.state} /></p>}
          <dl class="facts">
            <dt>Rows</dt><dd>{formatNumber(feed.rows_read)}{feed.rows_before != null && <span class="quiet"> · last time {formatNumber(feed.rows_before)}</span>}</dd>
            <dt>Back in stock</dt><dd>{formatNumber(feed.back_in_stock ?? 0)}</dd>
            <dt>Sold out</dt><dd>{formatNumber(feed.sold_out ?? 0)}</dd>
            <dt>People waiting</dt><dd>{formatNumber(feed.people ?? 0)}</dd>
          </dl>
          {feed.state === "held" && mayDecide && (
            <div class="decide">
              <wa-button variant="brand" disabled={busy} onClick={() => void decide("release")}>Release: import it</wa-button>
              <wa-button appearance="outlined" disabled={busy} onClick={() => void decide("discard")}>Discard it</wa-button>
            </div>
          )}
          <h3>Who would hear of it</h3>
          <Table
            label="What would come back"
            rows={preview.items}
            keyOf={(row) => row.sku}
            empty="Nobody waits for what would come back."
            columns={[
              { head: "SKU", main: true, cell: (row) => <a href={address(["requests"], { sku: row.sku })}>{row.sku}</a> },
              { head: "Units", number: true, cell: (row) => formatNumber(row.quantity) },
              { head: "People", number: true, cell: (row) => formatNumber(row.people) },
            ]}
          />
          {preview.items.length === 1000 && <p class="quiet">The thousand items that most people wait for.</p>}
        </>
      )}
    </Drawer>
  );
}

function ImportTable({ kind, label, empty, changes }: { kind: Kind; label: string; empty: string; changes?: number }) {
  const list = usePages<Import>((cursor) => (kind === "files" ? api.imports(cursor) : api.feedImports(cursor)), `${kind} ${changes ?? 0}`, 4000);
  return (
    <>
      <Problem text={list.error} />
      <Table
        label={label}
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty={empty}
        columns={[
          { head: "File", main: true, cell: (row) => <span class="wrap">{row.file_name}{row.kind && row.kind !== row.file_name && <span class="quiet"> · {row.kind}</span>}</span> },
          { head: "State", cell: (row) => <>
            <State word={row.state} />
            {row.error && <p class="bad wrap">{row.error}</p>}
            {row.state === "held" && <p><a href={address(["imports", "held", row.id])}>Look and decide</a></p>}
          </> },
          { head: "Read", number: true, cell: (row) => formatNumber(row.rows_read) },
          { head: "Changed", number: true, cell: (row) => formatNumber(row.rows_changed) },
          { head: "Refused", number: true, cell: (row) =>
            row.rows_refused ? <a href={address(["imports", kind, row.id])}>{formatNumber(row.rows_refused)}</a> : <span class="quiet">0</span> },
          { head: "Came", cell: (row) => <Time at={row.created_at} /> },
          { head: "Done", cell: (row) => <Time at={row.finished_at} /> },
        ]}
      />
    </>
  );
}

export function ImportsPage() {
  const { path } = place.value;
  const [decided, setDecided] = useState(0);
  return (
    <>
      <PageHead title="Imports" note="Files that came in, and feeds that Engagement has read." />
      <section class="panel" aria-labelledby="files-title">
        <h2 id="files-title">Catalog and stock files</h2>
        <ImportTable kind="files" label="Catalog and stock files" empty="No file has come in yet." />
      </section>
      <section class="panel" aria-labelledby="feeds-title">
        <h2 id="feeds-title">Feeds imported by Engagement</h2>
        <ImportTable kind="feeds" label="Feeds imported by Engagement" empty="No feed has arrived yet." changes={decided} />
      </section>
      {(path[1] === "files" || path[1] === "feeds") && path[2] && (
        <ErrorsDrawer key={path[2]} kind={path[1]} id={path[2]} onClose={() => go(["imports"])} />
      )}
      {path[1] === "held" && path[2] && (
        <HeldDrawer key={path[2]} id={path[2]} onClose={(changed) => {
          if (changed) setDecided((count) => count + 1);
          go(["imports"]);
        }} />
      )}
    </>
  );
}
