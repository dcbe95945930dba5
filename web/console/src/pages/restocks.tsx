import { api, type HeldRestock, type Restock, type Wave } from "../api";
import { address } from "../router";
import { formatNumber, formatTime, formatWord } from "../ui/format";
import { usePages } from "../ui/load";
import { PageHead, Problem, Table, Time } from "../ui/parts";

// "after 60 min: of 40 sent 20 opened, 14 followed, 12 bought"
function waited({ seconds, sent, opened, clicked, purchased }: NonNullable<Wave["interval"]>) {
  const after = `after ${formatNumber(Math.round(seconds / 60))} min`;
  if (sent < 20) return after;
  return `${after}: of ${formatNumber(sent)} sent ${formatNumber(opened)} opened, ${formatNumber(clicked)} followed, ${formatNumber(purchased)} bought`;
}

// By which figures each wave was decided: "1: 3 invited at 14:02, 2 units x 1.5".
function Waves({ waves }: { waves: Wave[] }) {
  if (!waves.length) return <span class="quiet">everyone at once</span>;
  return (
    <ol class="waves">
      {waves.map((wave) => (
        <li>
          {wave.number}: {formatNumber(wave.invited)} invited, {formatTime(wave.decided_at)}
          {wave.classes.length > 0 && <span class="quiet">, {wave.classes.map((one) => `${formatNumber(one.invited)} ${one.name}`).join(", ")}</span>}
          {wave.factor !== null && <span class="quiet">, {formatNumber(wave.units)} units × {wave.factor}{wave.open_units ? `, ${formatNumber(wave.open_units)} already invited for` : ""}</span>}
          {wave.interval && <span class="quiet">, {waited(wave.interval)}</span>}
        </li>
      ))}
    </ol>
  );
}

// What is back and rings nobody; nothing is shown where no rule holds anything.
function HeldRestocks() {
  const list = usePages<HeldRestock>((cursor) => api.heldRestocks(cursor), "held restocks", 4000);
  if (!list.items?.length) return <Problem text={list.error} />;
  return (
    <section>
      <h2>Held by a rule</h2>
      <Problem text={list.error} />
      <Table
        label="Held by a rule"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty=""
        columns={[
          { head: "SKU", main: true, cell: (row) => <a href={address(["requests"], { sku: row.sku })}>{row.sku}</a> },
          { head: "Units", number: true, cell: (row) => formatNumber(row.units) },
          { head: "Why", text: true, cell: (row) => row.reason },
          { head: "Back since", cell: (row) => <Time at={row.back_since} /> },
          { head: "Until", cell: (row) => (row.held_until ? <Time at={row.held_until} /> : <span class="quiet">there are more</span>) },
        ]}
      />
    </section>
  );
}

export function RestocksPage() {
  const list = usePages<Restock>((cursor) => api.restocks(cursor), "restocks", 4000);
  return (
    <>
      <PageHead title="Restocks" note="Each time an item came back, where we heard it from, and how many requests it served." />
      <HeldRestocks />
      <Problem text={list.error} />
      <Table
        label="Restocks"
        rows={list.items}
        loading={list.loading}
        more={list.more}
        keyOf={(row) => row.id}
        empty="Nothing has come back yet. Book stock for a sold-out product."
        columns={[
          { head: "SKU", main: true, cell: (row) => <a href={address(["requests"], { sku: row.sku })}>{row.sku}</a> },
          { head: "Units", number: true, cell: (row) => formatNumber(row.quantity) },
          { head: "Requests served", number: true, cell: (row) => formatNumber(row.entered) },
          { head: "Waves", text: true, cell: (row) => <Waves waves={row.waves} /> },
          { head: "Heard from", cell: (row) => formatWord(row.source) },
          { head: "Opened", cell: (row) => <Time at={row.opened_at} /> },
          { head: "Closed", cell: (row) => <Time at={row.closed_at} /> },
        ]}
      />
    </>
  );
}
