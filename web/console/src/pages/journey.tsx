import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { api, type Definition, type Finding, session } from "../api";
import { addStep, connect, removeStep, renameStep, stepTypes, withStep } from "../journeys/definition";
import { SettingsPanel } from "../journeys/settings_panel";
import { StepPanel } from "../journeys/step_panel";
import { address } from "../router";
import { formatNumber } from "../ui/format";
import { useLoad } from "../ui/load";
import { PageHead, Problem, State } from "../ui/parts";

type Change = "publish" | "pause" | "resume" | "stop";
const words: Record<Change, string> = { publish: "Publish", pause: "Pause", resume: "Resume", stop: "Stop…" };

// The draft where there is one, else what is in force.
export function JourneyPage({ name }: { name: string }) {
  const journey = useLoad(() => api.journey(name), `journey ${name}`, 3000);
  const [edited, setEdited] = useState<Definition | undefined>();
  const [selected, setSelected] = useState("");
  const [findings, setFindings] = useState<Finding[] | undefined>();
  const [said, setSaid] = useState("");
  const [problem, setProblem] = useState("");
  const [sure, setSure] = useState(false);
  const [Canvas, setCanvas] = useState<ComponentType<any> | undefined>();
  useEffect(() => void import("../journeys/canvas").then((loaded) => setCanvas(() => loaded.default)), []);

  const value = journey.value;
  const shown = value?.versions.find((one) => one.state === "draft") ?? value?.versions.find((one) => one.state === "published");
  const counts = useLoad(() => api.journeyCounts(name, value?.version ?? 0), `counts ${name} ${value?.version}`, 3000);
  const definition = edited ?? shown?.definition;
  const locked = session.value?.role !== "admin";
  const edit = (to: Definition) => {
    setEdited(to);
    setFindings(undefined);
    setSaid("");
  };
  const attempt = async (work: () => Promise<string>) => {
    setProblem("");
    try {
      setSaid(await work());
    } catch (error) {
      setSaid("");
      setProblem((error as Error).message);
    }
    setSure(false);
    journey.reload();
    counts.reload();
  };
  const save = async () => {
    const saved = await api.saveJourney(definition!);
    setEdited(undefined);
    setFindings(saved.problems);
    return `Saved as draft of version ${saved.version}.`;
  };
  const check = async () => {
    const found = await api.validateJourney(definition!);
    setFindings(found.problems);
    return found.valid ? "Nothing stands in the way of publishing it." : "";
  };
  const change = (to: Change) => attempt(async () => {
    if (to === "publish" && edited) await save();
    const now = await api.changeJourney(name, to);
    if (to === "publish") setFindings(undefined);
    return to === "publish" ? `Version ${now.version} is in force.` : `It is ${now.status} now.`;
  });
  const offered: Change[] = !value ? [] : [
    ...(edited || shown?.state === "draft" ? (["publish"] as Change[]) : []),
    ...(value.status === "active" ? (["pause", "stop"] as Change[]) : value.status === "paused" ? (["resume", "stop"] as Change[]) : []),
  ];

  return (
    <>
      <PageHead title={definition?.name ?? name} note={value && `${formatNumber(value.entered)} entered, ${formatNumber(value.running)} on the way`}>
        {value && <State word={value.status} />}
        <a href={address(["journeys"])}>All journeys</a>
      </PageHead>
      <Problem text={problem || journey.error} />
      {findings && findings.length > 0 && (
        <wa-callout variant="warning" size="s" role="alert">
          <ul class="findings">{findings.map((one) => <li><code>{one.path}</code> {one.problem}</li>)}</ul>
        </wa-callout>
      )}
      {value && definition && (
        <>
          <div class="journey-bar">
            <span>{edited ? "Changed, not saved" : shown?.state === "draft" ? `Draft of version ${shown.version}` : `Version ${shown?.version}`}</span>
            {!locked && (
              <>
                <select aria-label="Add a step" value="" onChange={(e: Event) => {
                  const field = e.currentTarget as HTMLSelectElement;
                  if (!field.value) return;
                  const [to, id] = addStep(definition, field.value, selected);
                  field.value = "";
                  edit(to);
                  setSelected(id);
                }}>
                  <option value="">{selected ? `Add after ${selected}…` : "Add a step…"}</option>
                  {Object.entries(stepTypes).map(([type, title]) => <option value={type}>{title}</option>)}
                </select>
                <wa-button size="s" appearance="outlined" onClick={() => attempt(check)}>Check</wa-button>
                {edited && <wa-button size="s" appearance="outlined" onClick={() => attempt(save)}>Save draft</wa-button>}
                {edited && <wa-button size="s" appearance="plain" onClick={() => { setEdited(undefined); setSelected(""); setFindings(undefined); }}>Undo changes</wa-button>}
                {sure ? (
                  <>
                    <wa-button size="s" variant="danger" onClick={() => change("stop")}>Stop it for everybody in it</wa-button>
                    <wa-button size="s" appearance="outlined" onClick={() => setSure(false)}>Keep it</wa-button>
                  </>
                ) : offered.map((one) => (
                  <wa-button size="s" variant={one === "publish" ? "brand" : "neutral"} appearance={one === "publish" ? "accent" : "outlined"}
                    onClick={() => (one === "stop" ? setSure(true) : change(one))}>{words[one]}</wa-button>
                ))}
              </>
            )}
          </div>
          <p class="said" role="status">{said}</p>
          <div class="journey">
            <div class="journey-canvas" role="group" aria-label="Steps of the journey">
              {Canvas ? (
                <Canvas key={Object.keys(definition.steps).length} definition={definition} counts={edited ? [] : (counts.value?.items ?? []).filter((one) => one.version === value.version)}
                  faulty={new Set((findings ?? []).map((one) => one.path.split(".")[1]))} selected={selected} locked={locked} onSelect={setSelected}
                  onConnect={(from: string, handle: string, to: string) => edit(withStep(definition, from, connect(definition.steps[from], handle, to)))} />
              ) : <p class="waiting whole"><wa-spinner /> Loading…</p>}
            </div>
            {selected && definition.steps[selected] ? (
              <StepPanel key={selected} id={selected} definition={definition} disabled={locked}
                onChange={(step) => edit(withStep(definition, selected, step))}
                onRename={(to) => {
                  if (!/^[\w-]{1,40}$/.test(to) || to in definition.steps) return setProblem("An id is 1 to 40 letters, digits, - and _, and nobody else's.");
                  setProblem("");
                  edit(renameStep(definition, selected, to));
                  setSelected(to);
                }}
                onRemove={() => { edit(removeStep(definition, selected)); setSelected(""); }} />
            ) : <SettingsPanel definition={definition} disabled={locked} onChange={edit} />}
          </div>
        </>
      )}
    </>
  );
}
