// A journey's definition as the canvas shows and edits it. Nothing here changes what it is given.
import type { Definition, Step } from "../api";

export const stepTypes: Record<string, string> = {
  recheck_stock: "Recheck stock", email: "E-mail", wait: "Wait", decision_split: "Decision split", engagement_split: "Engagement split",
  random_split: "Random split", update_object: "Update object", webhook: "Webhook", exit: "Exit",
};

export type Out = { handle: string; label: string; to?: string };

// The ways out of a step, in the order of their handles.
export function outsOf(step: Step): Out[] {
  if (step.type === "exit") return [];
  const branches = (step.branches ?? []).map((branch, at) => ({
    handle: `branch ${at}`,
    label: branch.percent === undefined ? `if ${at + 1}` : `${branch.percent} %`,
    to: branch.next,
  }));
  if (step.type === "random_split") return branches;
  if (step.type === "decision_split") return [...branches, { handle: "next", label: "otherwise", to: step.next }];
  if (step.type === "engagement_split")
    return [{ handle: "yes", label: step.event ?? "yes", to: step.yes }, { handle: "next", label: "not", to: step.next }];
  return [{ handle: "next", label: "", to: step.next }];
}

export function connect(step: Step, handle: string, to: string | undefined): Step {
  const changed = structuredClone(step);
  const target = handle.startsWith("branch ") ? changed.branches![Number(handle.slice(7))] : changed;
  const name = handle === "yes" ? "yes" : "next";
  if (to) (target as Step)[name] = to;
  else delete (target as Step)[name];
  return changed;
}

export function withStep(definition: Definition, id: string, step: Step): Definition {
  return { ...definition, steps: { ...definition.steps, [id]: step } };
}

function eachReference(definition: Definition, change: (to: string | undefined) => string | undefined): Definition {
  const steps = Object.fromEntries(
    Object.entries(definition.steps).map(([id, step]) => {
      let changed = step;
      for (const out of outsOf(step)) changed = connect(changed, out.handle, change(out.to));
      if (changed.email) changed = { ...changed, email: change(changed.email) ?? changed.email };
      return [id, changed];
    }),
  );
  return { ...definition, start: change(definition.start) ?? definition.start, steps };
}

export function renameStep(definition: Definition, from: string, to: string): Definition {
  const renamed = eachReference(definition, (id) => (id === from ? to : id));
  return { ...renamed, steps: Object.fromEntries(Object.entries(renamed.steps).map(([id, step]) => [id === from ? to : id, step])) };
}

// What led to it leads where it led.
export function removeStep(definition: Definition, id: string): Definition {
  const after = definition.steps[id].next;
  const rest = { ...definition, steps: Object.fromEntries(Object.entries(definition.steps).filter(([name]) => name !== id)) };
  return eachReference(rest, (to) => (to === id ? after : to));
}

export function addStep(definition: Definition, type: string, after?: string): [Definition, string] {
  let id = type;
  for (let n = 2; id in definition.steps; ++n) id = `${type}-${n}`;
  const before = after ? definition.steps[after] : undefined;
  const inLine = before && before.type !== "random_split" && before.type !== "exit";
  const next = inLine ? before.next : undefined;
  const fresh: Record<string, Step> = {
    email: { type, template: "back_in_stock_reminder", next },
    wait: { type, duration: 1, unit: "days", next },
    decision_split: { type, branches: [{ when: [{ field: "stock.units", is: "less", value: 5 }] }], next },
    engagement_split: { type, email: Object.keys(definition.steps).find((one) => definition.steps[one].type === "email") ?? "", event: "clicked", next },
    random_split: { type, branches: [{ percent: 50, next }, { percent: 50 }] },
    update_object: { type, status: "Sent", next },
    webhook: { type, url: "https://", next },
    exit: { type },
  };
  const step = JSON.parse(JSON.stringify(fresh[type] ?? { type, next })) as Step;
  const added = withStep(definition, id, step);
  return [inLine ? withStep(added, after!, { ...before, next: id }) : added, id];
}

// Rows of steps, each below all that lead to it; ways back up a loop do not count.
export function rowsOf(definition: Definition): string[][] {
  const ways = (id: string) => outsOf(definition.steps[id]).map((out) => out.to).filter((to): to is string => !!to && to in definition.steps);
  const order: string[] = []; // each after all that it leads to
  const seen = new Set<string>();
  const back = new Set<string>();
  const open = new Set<string>();
  const visit = (id: string) => {
    seen.add(id);
    open.add(id);
    for (const to of ways(id))
      if (open.has(to)) back.add(`${id} ${to}`);
      else if (!seen.has(to)) visit(to);
    open.delete(id);
    order.push(id);
  };
  const all = Object.keys(definition.steps);
  if (definition.start in definition.steps) visit(definition.start);
  const reached = seen.size;
  for (const id of all) if (!seen.has(id)) visit(id);
  const depth: Record<string, number> = {};
  const rows: string[][] = [];
  for (const id of [...order.slice(0, reached).reverse(), ...order.slice(reached).reverse()]) {
    depth[id] ??= 0;
    (rows[depth[id]] ??= []).push(id);
    for (const to of ways(id)) if (!back.has(`${id} ${to}`)) depth[to] = Math.max(depth[to] ?? 0, depth[id] + 1);
  }
  return rows;
}

// Each below the one that leads to it, the ways out of a split side by side, so that a long line passes beside the steps.
export function placesOf(definition: Definition, rows: string[][]): Record<string, { x: number; y: number }> {
  const wanted: Record<string, number[]> = {};
  const places: Record<string, { x: number; y: number }> = {};
  rows.forEach((row, y) => {
    const wish = (id: string) => (wanted[id] ? wanted[id].reduce((sum, x) => sum + x, 0) / wanted[id].length : 0);
    const sorted = [...row].sort((one, other) => wish(one) - wish(other));
    let least = -Infinity;
    for (const id of sorted) {
      const x = Math.max(wish(id), least);
      least = x + 230;
      places[id] = { x, y: y * 125 };
      const outs = outsOf(definition.steps[id]);
      outs.forEach((out, at) => out.to && (wanted[out.to] ??= []).push(x + (at - (outs.length - 1) / 2) * 230));
    }
  });
  return places;
}

export function summaryOf(step: Step): string {
  if (step.type === "email") return (step.template ?? "back_in_stock").replaceAll("_", " ");
  if (step.type === "wait") return [step.duration && `${step.duration} ${step.unit}`, step.until && `until ${step.until}`].filter(Boolean).join(", ");
  if (step.type === "update_object") return step.status ?? "Sent";
  if (step.type === "engagement_split") return `${step.event} ${step.email}?`;
  if (step.type === "webhook") return step.url ?? "";
  return "";
}
