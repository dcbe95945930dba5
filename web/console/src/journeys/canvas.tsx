// The journey as a picture that one can edit: steps are nodes, lines are drawn from one to the next. Loaded when it is needed.
import "@xyflow/react/dist/style.css";

import { Background, Controls, Handle, Position, ReactFlow } from "@xyflow/react";

import type { Definition, StepCount } from "../api";
import { formatNumber } from "../ui/format";
import { type Out, outsOf, placesOf, rowsOf, stepTypes, summaryOf } from "./definition";

type StepData = { id: string; title: string; summary: string; outs: Out[]; first: boolean; faulty: boolean; entered?: number; present?: number };

function StepNode({ data }: { data: StepData }) {
  return (
    <div class={`step-node ${data.faulty ? "faulty" : ""}`}>
      {!data.first && <Handle type="target" position={Position.Top} />}
      <strong>{data.title}</strong>
      <span class="quiet">{data.id}</span>
      {data.summary && <span class="step-summary">{data.summary}</span>}
      {data.entered !== undefined && (
        <span class="step-counts">
          <span title="came to this step">{formatNumber(data.entered)} in</span>
          <span title="stand here now">{formatNumber(data.present ?? 0)} here</span>
        </span>
      )}
      {data.outs.map((out, at) => (
        <Handle key={out.handle} id={out.handle} type="source" position={Position.Bottom} style={{ left: `${((at + 1) * 100) / (data.outs.length + 1)}%` }} />
      ))}
    </div>
  );
}

const nodeTypes = { step: StepNode };

type Props = {
  definition: Definition;
  counts: StepCount[];
  faulty: Set<string>;
  selected: string;
  locked: boolean;
  onSelect: (id: string) => void;
  onConnect: (from: string, handle: string, to: string) => void;
};

export default function Canvas({ definition, counts, faulty, selected, locked, onSelect, onConnect }: Props) {
  const rows = rowsOf(definition);
  const places = placesOf(definition, rows);
  const counted = new Map(counts.map((one) => [one.step, one]));
  const nodes = Object.entries(definition.steps).map(([id, step]) => ({
    id,
    type: "step",
    position: places[id],
    selected: id === selected,
    ariaLabel: `${stepTypes[step.type] ?? step.type} ${id}${counted.has(id) ? `, ${counted.get(id)!.present} here` : ""}`,
    data: {
      id, title: stepTypes[step.type] ?? step.type, summary: summaryOf(step), outs: outsOf(step), first: id === definition.start,
      faulty: faulty.has(id), entered: counted.get(id)?.entered, present: counted.get(id)?.present,
    },
  }));
  const edges = Object.entries(definition.steps).flatMap(([id, step]) =>
    outsOf(step)
      .filter((out) => out.to && out.to in definition.steps)
      .map((out) => ({ id: `${id} ${out.handle}`, source: id, sourceHandle: out.handle, target: out.to!, label: out.label || undefined, type: "smoothstep" })),
  );
  return (
    <div class="journey-flow" style={{ height: `${Math.max(3, rows.length) * 7.2 + 2}rem` }}>
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      nodesDraggable={false}
      nodesConnectable={!locked}
      edgesFocusable={false}
      deleteKeyCode={null}
      colorMode={document.documentElement.classList.contains("wa-dark") ? "dark" : "light"}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
      minZoom={0.2}
      preventScrolling={false}
      onNodeClick={(_: unknown, node: { id: string }) => onSelect(node.id)}
      onPaneClick={() => onSelect("")}
      onNodesChange={(changes: { type: string; id?: string; selected?: boolean }[]) => {
        for (const change of changes) if (change.type === "select" && change.selected) onSelect(change.id!);
      }}
      onConnect={(line: { source: string; sourceHandle: string | null; target: string }) => onConnect(line.source, line.sourceHandle ?? "next", line.target)}
    >
      <Background gap={20} />
      <Controls showInteractive={false} />
    </ReactFlow>
    </div>
  );
}
