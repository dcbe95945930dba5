import { useState } from "preact/hooks";

import { api, type FeedRun, type FeedTarget } from "../api";
import { formatNumber, formatWord } from "../ui/format";
import { useLoad, usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time } from "../ui/parts";

const kinds = { engagement: "Engagement's SFTP account", sftp: "SFTP", folder: "Folder" };

function size(bytes: number) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let unit = -1;
  for (; bytes >= 999.5; bytes /= 1000) ++unit;
  return `${bytes.toPrecision(3)} ${units[unit]}`;
}

function duration(ms: number | null) {
  if (ms === null) return "–";
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function Next({ target }: { target: FeedTarget }) {
  const zone = target.time_zone && target.time_zone !== "UTC" ? ` ${target.time_zone}` : "";
  return (
    <dl class="facts">
      <dt>Goes to</dt>
      <dd>{kinds[target.kind]}{target.kind !== "engagement" && <span class="quiet"> · {target.place}</span>}</dd>
      <dt>Site</dt>
      <dd>{target.site}</dd>
      <dt>Next in full</dt>
      <dd><Time at={target.next_full_at} />{target.schedule && <span class="quiet"> · <code>{target.schedule}</code>{zone}</span>}</dd>
      <dt>Next changes</dt>
      <dd>
        {target.incremental_schedule
          ? <><Time at={target.next_incremental_at} /><span class="quiet"> · <code>{target.incremental_schedule}</code>{zone}</span></>
          : <span class="quiet">not scheduled</span>}
      </dd>
    </dl>
  );
}

function Target({ target, onAsked }: { target: FeedTarget; onAsked: () => void }) {
  const runs = usePages<FeedRun>((cursor) => api.feedRuns(target.key, cursor), target.key, 3000);
  const [problem, setProblem] = useState("");
  const [said, setSaid] = useState("");
  const run = async (kind: FeedRun["kind"]) => {
    try {
      await api.runFeed(target.key, kind);
      setProblem("");
      setSaid(kind === "full" ? "The whole feed is on its way." : "What changed is on its way.");
    } catch (error) {
      setProblem((error as Error).message);
      setSaid("");
    }
    runs.reload();
    onAsked();
  };
  const title = `feed-${target.key}`;
  return (
    <section class="panel" aria-labelledby={title}>
      <div class="page-head">
        <h2 id={title}>{target.key}</h2>
        <div class="drawer-actions">
          <wa-button size="s" variant="brand" onClick={() => void run("full")}>Run now<span class="whose"> {target.key} in full</span></wa-button>
          <wa-button size="s" appearance="outlined" onClick={() => void run("incremental")}>Send changes<span class="whose"> of {target.key}</span></wa-button>
        </div>
      </div>
      <p class="said" role="status">{said}</p>
      <Problem text={problem || runs.error} />
      <Next target={target} />
      <Table
        label={`Runs of ${target.key}`}
        rows={runs.items}
        loading={runs.loading}
        more={runs.more}
        keyOf={(row) => row.id}
        empty="This feed has not run yet."
        columns={[
          { head: "Asked for", main: true, cell: (row) => <><Time at={row.created_at} /><span class="quiet"> · {formatWord(row.trigger)}</span></> },
          { head: "State", text: true, cell: (row) => (
            <>
              <State word={row.state} />
              {row.error && <p class="bad wrap">{row.error}{row.state === "waiting" && ` (attempt ${row.attempts}; it is tried again)`}</p>}
              {row.note && <p class="quiet wrap">{formatWord(row.note.slice(0, 1))}{row.note.slice(1)}</p>}
            </>
          ) },
          { head: "What", cell: (row) => (row.kind === "full" ? "In full" : "Changes") },
          { head: "Rows", number: true, cell: (row) => formatNumber(row.rows) },
          { head: "Size", number: true, cell: (row) => size(row.bytes) },
          { head: "Took", number: true, cell: (row) => duration(row.duration_ms) },
          { head: "File", text: true, cell: (row) => <span class="wrap" title={row.sha256 && `SHA-256 ${row.sha256}`}>{row.file_name || <span class="quiet">–</span>}</span> },
        ]}
      />
    </section>
  );
}

export function FeedsPage() {
  const targets = useLoad(() => api.feedTargets(), "targets", 5000);
  return (
    <>
      <PageHead title="Feeds" note="The catalog with its stock, on its way to where campaigns are made." />
      <Problem text={targets.error} />
      {!targets.value && targets.loading && <p class="waiting"><wa-spinner /> Loading…</p>}
      {targets.value?.items.map((target) => <Target key={target.key} target={target} onAsked={targets.reload} />)}
    </>
  );
}
