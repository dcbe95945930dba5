import { api, type Delivery } from "../api";
import { address, go, place } from "../router";
import { usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time, valueOf } from "../ui/parts";

const states = ["queued", "leased", "sent", "withdrawn", "cancelled", "refused", "expired"];

const kinds: Record<string, string> = {
  back_in_stock: "Back in stock",
  confirmation: "Confirmation",
  still_want_it: "Still want it?",
  manage_link: "New link",
};

function reply(row: Delivery) {
  if (row.state === "queued" && row.attempts > 0) return <span>Attempt {row.attempts + 1} at <Time at={row.next_attempt_at} />: {row.detail}</span>;
  return [row.smtp_code || "", row.detail].filter(Boolean).join(" ") || <span class="quiet">–</span>;
}

export function DeliveriesPage() {
  const state = place.value.query.get("state") ?? "";
  const list = usePages<Delivery>((cursor) => api.deliveries({ state, cursor, limit: 50 }), state, 4000);
  return (
    <>
      <PageHead title="Messages" note="Every message and what the mail server said." />
      <form class="filters" onSubmit={(e: Event) => e.preventDefault()}>
        <wa-select label="State" placeholder="Any" with-clear value={state}
          onChange={(e: Event) => go(["messages"], { state: valueOf(e) })}>
          {states.map((word) => <wa-option value={word}>{word[0].toUpperCase() + word.slice(1)}</wa-option>)}
        </wa-select>
      </form>
      <Problem text={list.error} />
      <Table
        label="Messages"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty={state ? "No message is in this state." : "No message has been made yet."}
        columns={[
          { head: "SKU", main: true, cell: (row) => row.request ? <a href={address(["requests", row.request])}>{row.sku}</a> : <span class="quiet">–</span> },
          { head: "Message", cell: (row) => kinds[row.kind] ?? row.kind },
          { head: "State", cell: (row) => <State word={row.state} /> },
          { head: "Queued", cell: (row) => <Time at={row.queued_at} /> },
          { head: "Sent", cell: (row) => <Time at={row.sent_at} /> },
          { head: "Opened", cell: (row) => <Time at={row.opened_at} /> },
          { head: "Clicked", cell: (row) => <Time at={row.clicked_at} /> },
          { head: "Answer", text: true, cell: reply },
        ]}
      />
    </>
  );
}
