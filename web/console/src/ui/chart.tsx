// Days as lines: asked, sent, opened, clicked. uPlot draws on a canvas; the table beside it says the same to a screen reader.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import type { FunnelDay } from "../api";
import { formatDay } from "./format";

const lines = [
  { key: "requested", label: "Requested", color: "--chart-1" },
  { key: "sent", label: "Sent", color: "--chart-2" },
  { key: "opened", label: "Opened", color: "--chart-3" },
  { key: "clicked", label: "Clicked", color: "--chart-4" },
] as const;

export function DaysChart({ days }: { days: FunnelDay[] }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current!;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue("--chart-ink").trim();
    const grid = { stroke: style.getPropertyValue("--chart-grid").trim(), width: 1 };
    const font = "12px system-ui, sans-serif";
    const data = [days.map((_, i) => i), ...lines.map((l) => days.map((d) => d[l.key]))] as uPlot.AlignedData;
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 230,
        scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.15))] } },
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        axes: [
          { stroke: ink, font, grid: { show: false }, ticks: { show: false }, incrs: [1, 2, 5, 10],
            values: (_, at) => at.map((i) => (days[i] ? formatDay(days[i].day) : "")) },
          { stroke: ink, font, grid, ticks: { show: false }, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000, 100000] },
        ],
        series: [
          {},
          ...lines.map((l) => ({
            label: l.label,
            stroke: style.getPropertyValue(l.color).trim(),
            width: 2,
            points: { show: true, size: 6, fill: style.getPropertyValue(l.color).trim() },
          })),
        ],
      },
      data,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 230 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [JSON.stringify(days)]);
  return (
    <div>
      <ul class="legend" aria-hidden="true">
        {lines.map((l, i) => <li class={`series-${i + 1}`}>{l.label}</li>)}
      </ul>
      <div ref={frame} class="chart" aria-hidden="true" />
      <div class="hidden"><table>
        <caption>By day</caption>
        <thead><tr><th scope="col">Day</th>{lines.map((l) => <th scope="col">{l.label}</th>)}</tr></thead>
        <tbody>
          {days.map((d) => <tr><th scope="row">{formatDay(d.day)}</th>{lines.map((l) => <td>{d[l.key]}</td>)}</tr>)}
        </tbody>
      </table></div>
    </div>
  );
}
