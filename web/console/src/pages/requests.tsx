import { api, type Request } from "../api";
import { address, go, place } from "../router";
import { formatAge } from "../ui/format";
import { usePages } from "../ui/load";
import { PageHead, Problem, State, Table, Time, useDebounced, valueOf } from "../ui/parts";
import { RequestDrawer } from "./request_drawer";

const statuses = ["Pending", "Requested", "Queued", "Sent", "Opened", "Clicked", "Purchased", "Cancelled", "Expired", "Undeliverable"];

export function RequestsPage() {
  const { path, query } = place.value;
  const status = query.get("status") ?? "";
  const sku = query.get("sku") ?? "";
  const email = query.get("email") ?? "";
  const filter = { status, sku, email };
  // The CRM finds by the whole address; half of one would be refused.
  const whole = /^\S+@\S+$/.test(email);
  const asked = { ...filter, email: whole ? email : "" };
  const list = usePages<Request>((cursor) => api.requests({ ...asked, cursor, limit: 50 }), JSON.stringify(asked), 5000);
  const choose = (change: Partial<typeof filter>) => go(["requests"], { ...filter, ...change });
  const chooseEmail = useDebounced((text) => choose({ email: text.trim() }));
  const chooseSku = useDebounced((text) => choose({ sku: text.trim() }));

  return (
    <>
      <PageHead title="Requests" note="Who asked for what, and what became of it." />
      <form class="filters" role="search" onSubmit={(e: Event) => e.preventDefault()}>
        <wa-input label="E-mail address" type="search" placeholder="ada@example.com" value={email} with-clear
          hint={email && !whole ? "Type the whole address" : ""}
          onInput={(e: Event) => chooseEmail(valueOf(e))} />
        <wa-input label="SKU" type="search" placeholder="P1001-NAV-M" value={sku} with-clear
          onInput={(e: Event) => chooseSku(valueOf(e))} />
        <wa-select label="Status" value={status} placeholder="Any" with-clear onChange={(e: Event) => choose({ status: valueOf(e) })}>
          {statuses.map((name) => <wa-option value={name}>{name}</wa-option>)}
        </wa-select>
      </form>
      <Problem text={list.error} />
      <Table
        label="Requests"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty={status || sku || email ? "No request fits this search." : "Nobody has asked yet. Try the form of a sold-out product in the shop."}
        columns={[
          { head: "Shopper", main: true, cell: (row) => <a href={address(["requests", row.id], filter)}>{row.contact.email}</a> },
          { head: "SKU", cell: (row) => row.sku },
          { head: "Status", cell: (row) => <State word={row.status} /> },
          { head: "Asked", cell: (row) => <Time at={row.requested_at} /> },
          { head: "Sent", cell: (row) => <Time at={row.sent_at} /> },
          { head: "Age", number: true, cell: (row) => formatAge(row.requested_at) },
        ]}
      />
      {path[1] && <RequestDrawer key={path[1]} id={path[1]} onClose={() => path[1] && go(["requests"], filter)} />}
    </>
  );
}
