import { useState } from "preact/hooks";

import { type ContactMerge, type DuplicateSetSummary, api, session } from "../api";
import { address, go, place } from "../router";
import { formatDate, formatFull, formatNumber, formatWord } from "../ui/format";
import { usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time, valueOf } from "../ui/parts";
import { DuplicateCompare } from "./duplicate_compare";

const empty: Record<string, string> = {
  open: "Nobody looks like somebody else.",
  merged: "Nothing has been merged yet.",
  dismissed: "No set has been dismissed.",
};

export function DuplicatesPage() {
  const { path } = place.value;
  return path[1] ? <DuplicateCompare key={path[1]} id={path[1]} /> : <DuplicateList />;
}

function DuplicateList() {
  const status = place.value.query.get("status") || "open";
  const list = usePages<DuplicateSetSummary>((cursor) => api.duplicateSets({ status, cursor }), `duplicates ${status}`, 10000);
  return (
    <>
      <PageHead title="Duplicates" note="Contacts that a rule took for one person. You decide." />
      <div class="filters">
        <wa-select label="Show" value={status} onChange={(e: Event) => go(["duplicates"], { status: valueOf(e) })}>
          <wa-option value="open">To review</wa-option>
          <wa-option value="merged">Merged</wa-option>
          <wa-option value="dismissed">Different people</wa-option>
        </wa-select>
      </div>
      <Problem text={list.error} />
      <Table
        label="Duplicate sets"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty={empty[status] ?? ""}
        columns={[
          { head: "Contacts", main: true, cell: (row) => <a href={address(["duplicates", row.id])}>{names(row)}</a> },
          { head: "Addresses", text: true, cell: (row) => <div class="wrap">{addresses(row).map((one) => <div>{one}</div>)}</div> },
          { head: "Requests", number: true, cell: (row) => formatNumber(row.contacts.reduce((sum, one) => sum + one.requests.total, 0)) },
          { head: "Found by", cell: (row) => formatWord(row.rule) },
          { head: "Found", cell: (row) => <Time at={row.created_at} /> },
        ]}
      />
      <RecentMerges onUndone={list.reload} />
    </>
  );
}

function addresses(set: DuplicateSetSummary) {
  const all = [...new Set(set.contacts.map((one) => one.email).filter(Boolean))];
  return all.length ? all : ["–"];
}

function names(set: DuplicateSetSummary) {
  const all = [...new Set(set.contacts.map((one) => one.name || one.email))];
  if (!all.length) return "No longer there";
  return set.contacts.length > all.length ? `${all.join(", ")} (${set.contacts.length})` : all.join(", ");
}

function RecentMerges({ onUndone }: { onUndone: () => void }) {
  const list = usePages<ContactMerge>((cursor) => api.contactMerges(cursor), "merges", 10000);
  const [problem, setProblem] = useState("");
  const [said, setSaid] = useState("");
  const undo = async (merge: ContactMerge) => {
    setSaid("");
    try {
      const { kept } = await api.undoMerge(merge.id);
      setProblem("");
      setSaid(`${merge.contact.name || "The contact"} is restored. ${kept.length ? `Not all is as it was: ${kept.join("; ")}.` : ""}`);
    } catch (error) {
      setProblem((error as Error).message);
    }
    list.reload();
    onUndone();
  };
  if (!list.items?.length && !said && !problem) return null;
  return (
    <section class="merges" aria-label="Recent merges">
      <h2>Recent merges</h2>
      <Problem text={problem || list.error} />
      <p role="status" class={said ? "said" : "hidden"}>{said}</p>
      <Table
        label="Merges"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty=""
        columns={[
          { head: "Merged", main: true, cell: (row) => <Person name={row.contact.name} email={row.contact.email} /> },
          { head: "Into", text: true, cell: (row) => <Person name={row.master.name} email={row.master.email} /> },
          { head: "When", cell: (row) => <div><Time at={row.merged_at} /><div class="quiet">by {row.merged_by}</div></div> },
          { head: "Undo", cell: (row) => <UndoCell merge={row} onUndo={() => undo(row)} /> },
        ]}
      />
    </section>
  );
}

function Person({ name, email }: { name: string; email: string }) {
  return <div>{name || "erased"}<div class="quiet wrap">{email}</div></div>;
}

function UndoCell({ merge, onUndo }: { merge: ContactMerge; onUndo: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  if (merge.undone_at)
    return <div title={merge.kept.join("; ")}><State word="undone" /><div class="quiet">{formatDate(merge.undone_at)} by {merge.undone_by}</div></div>;
  if (!merge.may_undo) return <span class="quiet">Too late</span>;
  if (session.value?.role !== "admin") return <span class="quiet">until {formatFull(merge.undo_until)}</span>;
  const run = async () => {
    setBusy(true);
    await onUndo();
    setBusy(false);
  };
  return (
    <wa-button size="s" appearance="outlined" disabled={busy} title={`Possible until ${formatFull(merge.undo_until)}`} onClick={run}>
      Undo<span class="hidden"> the merge of {merge.contact.name}</span>
    </wa-button>
  );
}
