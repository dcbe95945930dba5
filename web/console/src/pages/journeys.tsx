import { useState } from "preact/hooks";

import { api, type JourneySummary, session } from "../api";
import { address, go } from "../router";
import { formatNumber } from "../ui/format";
import { usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time, valueOf } from "../ui/parts";

export function JourneysPage() {
  const list = usePages<JourneySummary>(() => api.journeys(), "journeys", 4000);
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState("");
  const add = async (event: Event) => {
    event.preventDefault();
    try {
      await api.saveJourney({
        key,
        start: "recheck",
        steps: {
          recheck: { type: "recheck_stock", next: "email" },
          email: { type: "email", template: "back_in_stock", next: "sent" },
          sent: { type: "update_object", status: "Sent" },
        },
      });
      go(["journeys", key]);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <PageHead title="Journeys" note="What becomes of a waiting request when its item is back." />
      <Problem text={problem || list.error} />
      <Table
        label="Journeys"
        rows={list.items}
        loading={list.loading}
        keyOf={(row) => row.key}
        empty="There is no journey yet."
        columns={[
          { head: "Journey", main: true, cell: (row) => <a href={address(["journeys", row.key])}>{row.name}</a> },
          { head: "Status", cell: (row) => <State word={row.status} /> },
          { head: "Version", number: true, cell: (row) => <>{row.version || "–"}{row.draft && " + draft"}</> },
          { head: "Entered", number: true, cell: (row) => formatNumber(row.entered) },
          { head: "On the way", number: true, cell: (row) => formatNumber(row.running) },
          { head: "Changed", cell: (row) => <Time at={row.changed_at} /> },
        ]}
      />
      {session.value?.role === "admin" && (
        <form class="journey-new" onSubmit={add}>
          <wa-input label="New journey" hint="Letters, digits, - and _; it never changes" placeholder="vip-reminder" value={key} onInput={(e: Event) => setKey(valueOf(e))} />
          <wa-button type="submit" variant="brand" disabled={!key}>Create a draft</wa-button>
        </form>
      )}
    </>
  );
}
