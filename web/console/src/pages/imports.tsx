import { api, type Import, type ImportError } from "../api";
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

function ImportTable({ kind, label, empty }: { kind: Kind; label: string; empty: string }) {
  const list = usePages<Import>((cursor) => (kind === "files" ? api.imports(cursor) : api.feedImports(cursor)), kind, 4000);
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
          { head: "State", cell: (row) => <><State word={row.state} />{row.error && <p class="bad wrap">{row.error}</p>}</> },
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
  return (
    <>
      <PageHead title="Imports" note="Files that came in, and feeds that Engagement has read." />
      <section class="panel" aria-labelledby="files-title">
        <h2 id="files-title">Catalog and stock files</h2>
        <ImportTable kind="files" label="Catalog and stock files" empty="No file has come in yet." />
      </section>
      <section class="panel" aria-labelledby="feeds-title">
        <h2 id="feeds-title">Feeds imported by Engagement</h2>
        <ImportTable kind="feeds" label="Feeds imported by Engagement" empty="No feed has arrived yet." />
      </section>
      {(path[1] === "files" || path[1] === "feeds") && path[2] && (
        <ErrorsDrawer key={path[2]} kind={path[1]} id={path[2]} onClose={() => go(["imports"])} />
      )}
    </>
  );
}
