// What holds for the whole journey; the rest is in its JSON.
import { useEffect, useState } from "preact/hooks";

import type { Definition } from "../api";
import { ChoiceField, TextField } from "./fields";

export function SettingsPanel({ definition, disabled, onChange }: { definition: Definition; disabled: boolean; onChange: (to: Definition) => void }) {
  const set = (change: Partial<Definition>) => onChange(JSON.parse(JSON.stringify({ ...definition, ...change })) as Definition);
  const quiet = definition.quiet_hours;
  const cap = definition.frequency_cap;
  const setQuiet = (from: string, to: string) => set({ quiet_hours: from && to ? { from, to } : undefined });
  const setCap = (messages: number, days: number) => set({ frequency_cap: messages && days ? { messages, days } : undefined });
  const common = { disabled };
  return (
    <section class="panel step-panel" aria-label="Settings of the journey">
      <h2>Settings</h2>
      <TextField label="Name" {...common} value={definition.name ?? definition.key} onChange={(name) => set({ name: name || undefined })} />
      <ChoiceField label="First step" {...common} value={definition.start} choices={Object.keys(definition.steps).map((id): [string, string] => [id, id])} onChange={(start) => set({ start })} />
      <TextField label="Priority" {...common} type="number" value={definition.priority ?? 100} hint="The lowest of those that fit takes a request" onChange={(text) => set({ priority: Number(text) || undefined })} />
      <div class="condition">
        <TextField label="Quiet from" {...common} type="time" value={quiet?.from} onChange={(from) => setQuiet(from, from && (quiet?.to ?? "08:00"))} />
        <TextField label="to" {...common} type="time" value={quiet?.to} onChange={(to) => setQuiet(to && (quiet?.from ?? "21:00"), to)} />
      </div>
      <TextField label="Time zone" {...common} value={definition.zone} placeholder="UTC" hint="Of recipients whose own is not known" onChange={(zone) => set({ zone: zone || undefined })} />
      <div class="condition">
        <TextField label="At most, messages" {...common} type="number" value={cap?.messages} onChange={(text) => setCap(Number(text), text ? (cap?.days ?? 7) : 0)} />
        <TextField label="in days" {...common} type="number" value={cap?.days} onChange={(text) => setCap(text ? (cap?.messages ?? 3) : 0, Number(text))} />
      </div>
      <TextField label="Held out, percent" {...common} type="number" value={definition.hold_out_percent ?? 0} hint="A share that gets nothing, to measure by" onChange={(text) => set({ hold_out_percent: Number(text) || undefined })} />
      <JsonField definition={definition} disabled={disabled} onChange={onChange} />
    </section>
  );
}

function JsonField({ definition, disabled, onChange }: { definition: Definition; disabled: boolean; onChange: (to: Definition) => void }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => setText(JSON.stringify(definition, null, 2)), [definition]);
  const take = () => {
    try {
      const read = JSON.parse(text) as Definition;
      if (typeof read.steps !== "object" || typeof read.start !== "string" || read.key !== definition.key)
        throw new Error("It needs steps, start, and the key it has.");
      setProblem("");
      onChange(read);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <details>
      <summary>As JSON: goals, exit criteria, sites, SKUs, test mode</summary>
      <label class="field"><span class="hidden">Definition as JSON</span>
        <textarea rows={16} spellcheck={false} value={text} disabled={disabled} onInput={(e: Event) => setText((e.currentTarget as HTMLTextAreaElement).value)} /></label>
      {problem && <p class="bad" role="alert">{problem}</p>}
      {!disabled && <wa-button size="s" appearance="outlined" onClick={take}>Take over</wa-button>}
    </details>
  );
}
