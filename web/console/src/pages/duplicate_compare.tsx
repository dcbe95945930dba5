// Contacts side by side: which one stays, and which value each field gets.
import { useState } from "preact/hooks";

import { type ComparedContact, type DuplicateSet, api, session } from "../api";
import { address, go } from "../router";
import { formatDate, formatNumber, formatWord } from "../ui/format";
import { useLoad } from "../ui/load";
import { PageHead, Problem, State, Time } from "../ui/parts";

export function DuplicateCompare({ id }: { id: string }) {
  const set = useLoad(() => api.duplicateSet(id), `duplicate set ${id}`);
  return (
    <>
      <PageHead title="Compare contacts" note={set.value ? `Found by the rule “${formatWord(set.value.rule)}”.` : ""}>
        <a href={address(["duplicates"])}>All duplicates</a>
      </PageHead>
      <Problem text={set.error} />
      {!set.value && set.loading && <p class="waiting"><wa-spinner /> Loading…</p>}
      {set.value && <Comparison set={set.value} reload={set.reload} />}
    </>
  );
}

// The one with most requests, of equals the oldest.
function suggested(contacts: ComparedContact[]) {
  return contacts.reduce((best, one) => (one.requests.total > best.requests.total ? one : best), contacts[0]);
}

function Comparison({ set, reload }: { set: DuplicateSet; reload: () => void }) {
  const { contacts } = set;
  const [master, setMaster] = useState(contacts.length ? suggested(contacts).id : "");
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [left, setLeft] = useState<string[]>([]);  // left alone
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const decides = set.status === "open" && contacts.length > 1 && session.value?.role === "admin";
  const going = contacts.filter((one) => one.id !== master && !left.includes(one.id));
  const taking = contacts.filter((one) => one.id === master || going.includes(one));
  const stays = contacts.find((one) => one.id === master);

  // What was picked by hand; else the value of the one that stays, or the first there is.
  const sourceOf = (field: string) => {
    if (taking.some((one) => one.id === chosen[field])) return chosen[field];
    if (stays?.fields[field] && !(field === "LastName" && stays.fields[field] === "Unknown")) return master;
    return taking.find((one) => one.fields[field] && one.fields[field] !== "Unknown")?.id ?? master;
  };
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      go(["duplicates"]);
    } catch (error) {
      setProblem((error as Error).message);
      setSure(false);
      reload();
    }
    setBusy(false);
  };
  const merge = () =>
    act(() =>
      api.mergeDuplicates(set.id, {
        master,
        contacts: going.map((one) => one.id),
        fields: Object.fromEntries(set.fields.filter((one) => one.differs).map((one) => [one.name, sourceOf(one.name)])),
      }));

  const moving = going.reduce((sum, one) => sum + one.requests.total, 0);
  return (
    <>
      <Problem text={problem} />
      {set.status !== "open" && <p>{set.status === "merged" ? "Merged" : "Different people"}{set.closed_by && `, said ${set.closed_by}`}, <Time at={set.closed_at} /></p>}
      {contacts.length < 2 && set.status === "open" && <p class="nothing">The other contact of this set is not there any more.</p>}
      <div class="compare" style={{ "--contacts": contacts.length }}>
        <div class="compare-row compare-head" role="radiogroup" aria-label="Which contact stays">
          <span class="compare-label">Contact</span>
          {contacts.map((one) => (
            <div class={`compare-cell${decides && one.id === master ? " picked" : ""}`}>
              <strong>{one.name}</strong>
              <span class="quiet wrap">{one.email || "no address"}</span>
              <span class="quiet">since {formatDate(one.created_at)}</span>
              <span><a href={address(["requests"], { email: one.email })}>{one.requests.total === 1 ? "1 request" : `${formatNumber(one.requests.total)} requests`}</a>{one.requests.open > 0 && `, ${formatNumber(one.requests.open)} waiting`}</span>
              {one.email_opt_out && <span><State word="opted-out" /></span>}
              {decides && (
                <label class="pick">
                  <input type="radio" name="master" checked={one.id === master} onChange={() => (setMaster(one.id), setSure(false))} />
                  This one stays<span class="hidden">: {one.name}, {one.email}</span>
                </label>
              )}
              {decides && contacts.length > 2 && one.id !== master && (
                <label class="pick">
                  <input type="checkbox" checked={!left.includes(one.id)} onChange={(e) => {
                    const merges = (e.currentTarget as HTMLInputElement).checked;
                    setLeft(merges ? left.filter((id) => id !== one.id) : [...left, one.id]);
                  }} />
                  Merge it<span class="hidden">: {one.name}, {one.email}</span>
                </label>
              )}
            </div>
          ))}
        </div>
        {set.fields.map((field) => (
          <Field key={field.name} field={field} contacts={contacts} picked={sourceOf(field.name)}
            choose={decides && field.differs ? (id) => setChosen({ ...chosen, [field.name]: id }) : undefined}
            out={contacts.filter((one) => !taking.includes(one)).map((one) => one.id)} />
        ))}
      </div>
      {decides && (
        <div class="decide">
          {sure ? (
            <>
              <p role="status">
                {going.length === 1 ? going[0].name : `${formatNumber(going.length)} contacts`} will be deleted;{" "}
                {moving === 1 ? "one request moves" : `${formatNumber(moving)} requests move`} to {stays?.name}. You can undo this for 30 days.
              </p>
              <wa-button variant="brand" disabled={busy} onClick={merge}>Merge</wa-button>
              <wa-button appearance="outlined" onClick={() => setSure(false)}>Not yet</wa-button>
            </>
          ) : (
            <>
              <wa-button variant="brand" disabled={!going.length} onClick={() => setSure(true)}>Merge into {stays?.name}…</wa-button>
              <wa-button appearance="outlined" disabled={busy} onClick={() => act(() => api.dismissDuplicates(set.id))}>They are different people</wa-button>
            </>
          )}
        </div>
      )}
    </>
  );
}

type FieldProps = {
  field: { name: string; label: string; differs: boolean };
  contacts: ComparedContact[];
  picked: string;
  choose?: (id: string) => void;
  out: string[];
};

function Field({ field, contacts, picked, choose, out }: FieldProps) {
  return (
    <div class={`compare-row${field.differs ? " differs" : ""}`} role={choose ? "radiogroup" : "group"} aria-label={field.label}>
      <span class="compare-label">{field.label}{field.differs && <span class="mark"> differs</span>}</span>
      {contacts.map((one) => {
        const value = one.fields[field.name];
        const text = value ? <span class="wrap">{value}</span> : <span class="quiet">none</span>;
        if (!choose || out.includes(one.id)) return <div class="compare-cell"><span class="hidden">{one.name}: </span>{text}</div>;
        return (
          <div class={`compare-cell${one.id === picked ? " picked" : ""}`}>
            <label class="pick">
              <input type="radio" name={field.name} checked={one.id === picked} onChange={() => choose(one.id)} />
              <span>{text}<span class="whose"> of {one.name}</span></span>
            </label>
          </div>
        );
      })}
    </div>
  );
}
