// The fields of the panels beside the canvas: native controls, so that they work by keyboard and on a phone alike.
import { useEffect, useState } from "preact/hooks";

type Common = { label: string; hint?: string; disabled?: boolean };

export function TextField({ label, hint, disabled, value, placeholder, type = "text", onChange }: Common & {
  value: string | number | undefined;
  placeholder?: string;
  type?: "text" | "number" | "time" | "url";
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(String(value ?? ""));
  useEffect(() => setText(String(value ?? "")), [value]);
  return (
    <label class="field">
      <span>{label}</span>
      <input {...({ type } as object)} value={text} placeholder={placeholder} disabled={disabled}
        onInput={(e: Event) => setText((e.currentTarget as HTMLInputElement).value)}
        onChange={(e: Event) => onChange((e.currentTarget as HTMLInputElement).value.trim())} />
      {hint && <small class="quiet">{hint}</small>}
    </label>
  );
}

export function ChoiceField({ label, hint, disabled, value, choices, onChange }: Common & {
  value: string;
  choices: [value: string, label: string][];
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} disabled={disabled} onChange={(e: Event) => onChange((e.currentTarget as HTMLSelectElement).value)}>
        {choices.map(([one, name]) => <option value={one} selected={one === value}>{name}</option>)}
      </select>
      {hint && <small class="quiet">{hint}</small>}
    </label>
  );
}
