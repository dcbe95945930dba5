// What a step says, to be edited.
import type { Branch, Condition, Definition, Step } from "../api";
import { connect, outsOf, stepTypes } from "./definition";
import { ChoiceField, TextField } from "./fields";

const fields = [
  "contact.first_name", "contact.last_name", "contact.phone", "contact.email_domain", "request.sku", "request.site", "request.locale", "request.status",
  "request.quantity", "request.waiting_days", "product.name", "product.variant", "product.master", "stock.available", "stock.units",
];
const numbers = ["request.quantity", "request.waiting_days", "stock.units"];
const operators = (field: string) =>
  numbers.includes(field) ? ["equals", "not_equals", "less", "greater"]
  : field === "stock.available" ? ["equals", "not_equals"]
  : ["equals", "not_equals", "starts_with", "contains", "blank", "not_blank"];
const named = (words: string[]) => words.map((word): [string, string] => [word, word.replaceAll("_", " ")]);

function valueOf(field: string, text: string): string | number | boolean {
  if (numbers.includes(field)) return Number(text) || 0;
  return field === "stock.available" ? text === "true" : text;
}

function ConditionRow({ condition, disabled, onChange }: { condition: Condition; disabled: boolean; onChange: (to: Condition) => void }) {
  const is = condition.is ?? "equals";
  const blank = is === "blank" || is === "not_blank";
  const choose = (field: string) =>
    onChange({ field, is: operators(field).includes(is) ? is : "equals", value: valueOf(field, field === "stock.available" ? "true" : "") });
  return (
    <div class="condition">
      <ChoiceField label="If" disabled={disabled} value={condition.field} choices={fields.map((one): [string, string] => [one, one.replace(".", " ").replaceAll("_", " ")])} onChange={choose} />
      <ChoiceField label="is" disabled={disabled} value={is} choices={named(operators(condition.field))}
        onChange={(to) => onChange(to.includes("blank") ? { field: condition.field, is: to } : { ...condition, is: to, value: condition.value ?? "" })} />
      {!blank && (condition.field === "stock.available"
        ? <ChoiceField label="value" disabled={disabled} value={String(condition.value)} choices={[["true", "true"], ["false", "false"]]} onChange={(to) => onChange({ ...condition, value: to === "true" })} />
        : <TextField label="value" disabled={disabled} type={numbers.includes(condition.field) ? "number" : "text"} value={String(condition.value ?? "")} onChange={(to) => onChange({ ...condition, value: valueOf(condition.field, to) })} />)}
    </div>
  );
}

type Props = {
  id: string;
  definition: Definition;
  disabled: boolean;
  onChange: (step: Step) => void;
  onRename: (to: string) => void;
  onRemove: () => void;
};

export function StepPanel({ id, definition, disabled, onChange, onRename, onRemove }: Props) {
  const step = definition.steps[id];
  const set = (change: Partial<Step>) => onChange(JSON.parse(JSON.stringify({ ...step, ...change })) as Step);
  const setBranch = (at: number, change: Partial<Branch>) => set({ branches: step.branches!.map((one, i) => (i === at ? { ...one, ...change } : one)) });
  const others: [string, string][] = [["", "the end"], ...Object.keys(definition.steps).filter((one) => one !== id).map((one): [string, string] => [one, one])];
  const emails = Object.keys(definition.steps).filter((one) => definition.steps[one].type === "email");
  const common = { disabled };
  return (
    <section class="panel step-panel" aria-label={`Step ${id}`}>
      <h2>{stepTypes[step.type]}</h2>
      <TextField label="Id" {...common} value={id} hint="Letters, digits, - and _" onChange={onRename} />
      {step.type === "email" && (
        <ChoiceField label="Template" {...common} value={step.template ?? "back_in_stock"} choices={named(["back_in_stock", "back_in_stock_reminder"])} onChange={(template) => set({ template })} />
      )}
      {step.type === "wait" && (
        <>
          <TextField label="For" {...common} type="number" value={step.duration} onChange={(text) => set(text ? { duration: Number(text), unit: step.unit ?? "days" } : { duration: undefined, unit: undefined })} />
          <ChoiceField label="Unit" {...common} value={step.unit ?? "days"} choices={named(["minutes", "hours", "days", "weeks"])} onChange={(unit) => set({ unit, duration: step.duration ?? 1 })} />
          <TextField label="Then until" {...common} type="time" value={step.until} hint="The recipient's time; empty: at once" onChange={(text) => set({ until: text || undefined })} />
        </>
      )}
      {step.type === "engagement_split" && (
        <>
          <ChoiceField label="Look at" {...common} value={step.email ?? ""} choices={named(emails)} onChange={(email) => set({ email })} />
          <ChoiceField label="Was it" {...common} value={step.event ?? "clicked"} choices={named(["opened", "clicked"])} onChange={(event) => set({ event })} />
        </>
      )}
      {step.type === "update_object" && (
        <ChoiceField label="Status" {...common} value={step.status ?? "Sent"} choices={named(["Sent", "Cancelled", "Expired"])} onChange={(status) => set({ status })} />
      )}
      {step.type === "webhook" && <TextField label="Address" {...common} type="url" value={step.url} onChange={(url) => set({ url })} />}
      {step.branches?.map((branch, at) => (
        <fieldset>
          <legend>{branch.percent === undefined ? `Branch ${at + 1}` : `Share ${at + 1}`}</legend>
          {branch.percent !== undefined && <TextField label="Percent" {...common} type="number" value={branch.percent} onChange={(text) => setBranch(at, { percent: Number(text) })} />}
          {branch.when?.map((condition, place) => (
            <ConditionRow condition={condition} disabled={disabled} onChange={(to) => setBranch(at, { when: branch.when!.map((one, i) => (i === place ? to : one)) })} />
          ))}
          {!disabled && (
            <p class="drawer-actions">
              {branch.when && <button type="button" onClick={() => setBranch(at, { when: [...branch.when!, { field: "request.site", is: "equals", value: "default" }] })}>And…</button>}
              {step.branches!.length > 1 && <button type="button" onClick={() => set({ branches: step.branches!.filter((_, i) => i !== at) })}>Remove</button>}
            </p>
          )}
        </fieldset>
      ))}
      {step.branches && !disabled && (
        <p class="drawer-actions">
          <button type="button" onClick={() => set({ branches: [...step.branches!, step.type === "random_split" ? { percent: 1 } : { when: [{ field: "stock.units", is: "less", value: 5 }] }] })}>Add a branch</button>
        </p>
      )}
      {outsOf(step).map((out) => (
        <ChoiceField label={out.label ? `Next, ${out.label}` : "Next"} {...common} value={out.to ?? ""} choices={others} onChange={(to) => onChange(connect(step, out.handle, to || undefined))} />
      ))}
      {!disabled && <p class="drawer-actions"><wa-button appearance="outlined" size="s" onClick={onRemove}>Delete this step</wa-button></p>}
    </section>
  );
}
