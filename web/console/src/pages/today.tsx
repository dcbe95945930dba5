import { api, type Status } from "../api";
import { address } from "../router";
import { DaysChart } from "../ui/chart";
import { formatAge, formatNumber, utcDay } from "../ui/format";
import { useLoad } from "../ui/load";
import { PageHead, Problem, State, Table } from "../ui/parts";

const refreshMs = 4000;

// How many reached at least each step: a clicked request was sent and opened, too.
function steps(totals: Partial<Record<Status, number>>) {
  const of = (...names: Status[]) => names.reduce((sum, name) => sum + (totals[name] ?? 0), 0);
  const asked = Object.values(totals).reduce((sum, count) => sum + (count ?? 0), 0);
  return [
    { name: "Asked", count: asked, status: "" },
    { name: "Queued or further", count: of("Queued", "Sent", "Opened", "Clicked", "Purchased"), status: "Queued" },
    { name: "Sent", count: of("Sent", "Opened", "Clicked", "Purchased"), status: "Sent" },
    { name: "Opened", count: of("Opened", "Clicked", "Purchased"), status: "Opened" },
    { name: "Clicked", count: of("Clicked", "Purchased"), status: "Clicked" },
  ];
}

export function TodayPage() {
  const today = utcDay(new Date());
  const weekStart = utcDay(new Date(Date.now() - 13 * 86400000));
  const day = useLoad(() => api.funnel(today, today), `day ${today}`, refreshMs);
  const weeks = useLoad(() => api.funnel(weekStart, today), `weeks ${today}`, refreshMs * 5);
  const demand = useLoad(() => api.demand(8), "demand", refreshMs);
  const restocks = useLoad(() => api.restocks(), "restocks", refreshMs);
  const rows = steps(day.value?.totals ?? {});
  const most = Math.max(1, rows[0].count);
  const aside = (["Requested", "Cancelled", "Expired", "Undeliverable"] as const).filter((s) => day.value?.totals[s]);

  return (
    <>
      <PageHead title="Today" note={`Requests that came in today (${today}, UTC), and how far they got.`} />
      <Problem text={day.error || weeks.error || demand.error || restocks.error} />
      <div class="grid">
        <section class="panel" aria-labelledby="funnel-title">
          <h2 id="funnel-title">Funnel of the day</h2>
          <ol class="funnel">
            {rows.map((row) => (
              <li>
                <a href={address(["requests"], row.status ? { status: row.status } : {})}>
                  <span class="funnel-name">{row.name}</span>
                  <strong>{day.value ? formatNumber(row.count) : "–"}</strong>
                  <span class="quiet funnel-part">{row !== rows[0] && rows[0].count ? `${Math.round((100 * row.count) / most)} %` : ""}</span>
                </a>
                <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect width="100" height="4" class="bar-all" />
                  <rect width={(100 * row.count) / most} height="4" class="bar-part" />
                </svg>
              </li>
            ))}
          </ol>
          {aside.length > 0 && (
            <p class="states">
              {aside.map((s) => <span><State word={s} /> {formatNumber(day.value?.totals[s])}</span>)}
            </p>
          )}
        </section>
        <section class="panel" aria-labelledby="days-title">
          <h2 id="days-title">Last 14 days</h2>
          {weeks.value && <DaysChart days={weeks.value.days} />}
        </section>
        <section class="panel" aria-labelledby="demand-title">
          <h2 id="demand-title">Most wanted</h2>
          <Table
            label="Most wanted"
            rows={demand.value?.items}
            loading={demand.loading}
            keyOf={(row) => row.sku}
            empty="Nobody is waiting for anything."
            columns={[
              { head: "SKU", main: true, cell: (row) => <a href={address(["requests"], { sku: row.sku })}>{row.sku}</a> },
              { head: "Waiting", number: true, cell: (row) => formatNumber(row.waiting) },
              { head: "Longest", number: true, cell: (row) => formatAge(row.oldest_at) },
            ]}
          />
        </section>
        <section class="panel" aria-labelledby="restocks-title">
          <h2 id="restocks-title">Latest restocks</h2>
          <Table
            label="Latest restocks"
            rows={restocks.value?.items.slice(0, 8)}
            loading={restocks.loading}
            keyOf={(row) => row.id}
            empty="Nothing has come back yet."
            columns={[
              { head: "SKU", main: true, cell: (row) => row.sku },
              { head: "Units", number: true, cell: (row) => formatNumber(row.quantity) },
              { head: "Served", number: true, cell: (row) => formatNumber(row.entered) },
              { head: "Ago", number: true, cell: (row) => formatAge(row.opened_at) },
            ]}
          />
        </section>
      </div>
    </>
  );
}
