// The HTTP API as the console uses it (docs/openapi.yaml). Every failure is an ApiError; 401 signs the user out.
import { signal } from "@preact/signals";

export type Session = { email: string; role: string };
export type Page<T> = { items: T[]; next_cursor: string | null };

export type Status =
  | "Pending" | "Requested" | "Queued" | "Sent" | "Opened" | "Clicked" | "Purchased" | "Cancelled" | "Expired" | "Undeliverable";

export type Request = {
  id: string;
  status: Status;
  sku: string;
  site: string;
  locale: string;
  quantity: number;
  contact: { id: string; email: string; first_name: string; last_name: string };
  consent: { text_version: string; given_at: string; page_url: string };
  requested_at: string;
  queued_at: string | null;
  sent_at: string | null;
  opened_at: string | null;
  clicked_at: string | null;
};
export type TimelineEvent = { at: string; status: Status; reason: string; source: string };
export type Demand = { sku: string; waiting: number; oldest_at: string };
export type FunnelDay = { day: string; requested: number; sent: number; opened: number; clicked: number };
export type Funnel = { from: string; to: string; totals: Partial<Record<Status, number>>; days: FunnelDay[] };

export type Product = {
  sku: string;
  product_id?: string;
  name: string;
  options?: string | Record<string, string>;
  color?: string;
  size?: string;
  price?: string | number;
  currency?: string;
  picture_url?: string;
  ats: number;
  in_stock: boolean;
  availability?: string;
};
export type Import = {
  id: string;
  kind?: string;
  file_name: string;
  state: string;
  rows_read: number;
  rows_changed: number;
  rows_refused: number;
  error?: string;
  created_at: string;
  finished_at: string | null;
  rows_before?: number | null;
  back_in_stock?: number;
  sold_out?: number;
  people?: number;
};
export type FeedPreview = { back_in_stock: number; people: number; items: { sku: string; quantity: number; people: number }[] };
// Engagement's imports name some fields in their own way.
type FeedImport = Omit<Import, "file_name" | "created_at" | "error"> & { name: string; arrived_at: string; reason: string };
const feedImport = (row: FeedImport): Import => ({ ...row, file_name: row.name, created_at: row.arrived_at, error: row.reason });
export type ImportError = { line: number; reason: string; message?: string };
export type FeedRun = {
  id: string;
  target: string;
  kind: "full" | "incremental";
  state: string;
  file_name: string;
  trigger: string;
  attempts: number;
  rows: number;
  rows_incomplete: number;
  rows_removed: number;
  bytes: number;
  sha256: string;
  note: string;
  error: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
};
export type FeedTarget = {
  key: string;
  kind: "engagement" | "sftp" | "folder";
  site: string;
  place: string;
  schedule: string | null;
  incremental_schedule: string | null;
  time_zone: string | null;
  next_full_at: string | null;
  next_incremental_at: string | null;
  last_run: FeedRun | null;
};
export type Restock = {
  id: string;
  sku: string;
  quantity: number;
  source: string;
  opened_at: string;
  closed_at: string | null;
  entered: number;
  waves: Wave[];
};
// Back, and kept from ringing by a rule.
export type HeldRestock = { id: string; sku: string; units: number; source: string; back_since: string; rule: string; reason: string; held_until: string | null };
export type Wave = {
  number: number;
  decided_at: string;
  rule: string;
  units: number;
  factor: number | null;
  open_units: number | null;
  invited: number;
  invited_units: number;
  interval: { seconds: number; sent: number; opened: number; clicked: number; purchased: number } | null;
  classes: { name: string; share_percent: number; invited: number }[];
};
export type JourneyStatus = { key: string; status: "unpublished" | "active" | "paused" | "stopped"; version: number; changed_at: string };
export type JourneySummary = JourneyStatus & { name: string; draft: boolean; entered: number; running: number };
export type Condition = { field: string; is?: string; value?: string | number | boolean };
export type Branch = { when?: Condition[]; percent?: number; next?: string };
// docs/journey.schema.json says what belongs to which type.
export type Step = {
  type: string;
  next?: string;
  template?: string;
  duration?: number;
  unit?: string;
  until?: string;
  branches?: Branch[];
  email?: string;
  event?: string;
  yes?: string;
  status?: string;
  url?: string;
};
export type Definition = {
  key: string;
  name?: string;
  priority?: number;
  start: string;
  steps: Record<string, Step>;
  zone?: string;
  quiet_hours?: { from: string; to: string };
  frequency_cap?: { messages: number; days: number };
  hold_out_percent?: number;
  [other: string]: unknown;
};
export type JourneyVersion = { version: number; state: "draft" | "published" | "superseded"; saved_at: string; published_at: string | null; definition?: Definition };
export type Journey = JourneyStatus & { entered: number; running: number; versions: JourneyVersion[] };
export type StepCount = { version: number; step: string; entered: number; present: number };
export type Finding = { path: string; problem: string };
export type Delivery = {
  id: string;
  kind: string;
  request: string | null;
  sku: string;
  state: string;
  message_id: string;
  queued_at: string;
  attempts: number;
  next_attempt_at: string | null;
  sent_at: string | null;
  opened_at: string | null;
  clicked_at: string | null;
  smtp_code: number;
  detail: string;
};
export type Mail = { id: string; message_id: string; sender: string; recipient: string; subject: string; received_at: string };
export type MailContent = Mail & {
  headers: { name: string; value: string }[] | Record<string, string>;
  html: string;
  text: string;
};

export type RequestCounts = { open: number; total: number };
export type DuplicateSetHead = { id: string; rule: string; status: string; created_at: string; closed_at: string | null; closed_by: string };
export type DuplicateSetSummary = DuplicateSetHead & { contacts: { id: string; name: string; email: string; requests: RequestCounts }[] };
export type ComparedContact = {
  id: string;
  name: string;
  email: string;
  score: number;
  created_at: string;
  modified_at: string;
  email_opt_out: boolean;
  requests: RequestCounts;
  fields: Record<string, string>;
};
export type DuplicateSet = DuplicateSetHead & {
  fields: { name: string; label: string; differs: boolean }[];
  contacts: ComparedContact[];
};
type Person = { id: string; name: string; email: string };
export type ContactMerge = {
  id: string;
  contact: Person;
  master: Person;
  merged_at: string;
  merged_by: string;
  may_undo: boolean;
  undo_until: string;
  undone_at: string | null;
  undone_by: string;
  kept: string[];
};

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field = "",
  ) {
    super(message);
  }
}

// undefined: not known yet; null: signed out.
export const session = signal<Session | null | undefined>(undefined);

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Stockbell-Console"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
    });
  } catch {
    throw new ApiError(0, "Stockbell does not answer. Is it running?");
  }
  const text = await answer.text();
  const json = text && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : null;
  if (answer.ok) return json;
  if (answer.status === 401 && path !== "/session") session.value = null;
  const fallback = answer.status === 403 ? "Your role does not allow this." : `The server answered ${answer.status}.`;
  throw new ApiError(answer.status, json?.detail || json?.title || fallback, json?.field);
}

const get = <T>(path: string) => call("GET", path) as Promise<T>;

function query(path: string, values: Record<string, string | number | undefined | null>) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) search.set(name, String(value));
  return search.size ? `${path}?${search}` : path;
}

// Lists are pages or plain arrays.
async function page<T>(path: string): Promise<Page<T>> {
  const answer = await get<Page<T> | T[]>(path);
  return Array.isArray(answer) ? { items: answer, next_cursor: null } : answer;
}

export const api = {
  async loadSession() {
    try {
      session.value = await get<Session>("/session");
    } catch {
      session.value = null;
    }
  },
  async signIn(email: string, password: string) {
    await call("POST", "/session", { email, password });
    session.value = await get<Session>("/session");
  },
  async signOut() {
    await call("DELETE", "/session").catch(() => null);
    session.value = null;
  },
  funnel: (from: string, to: string) => get<Funnel>(query("/funnel", { from, to })),
  demand: (limit: number) => page<Demand>(query("/demand", { limit })),
  requests: (filter: { sku?: string; email?: string; status?: string; cursor?: string; limit?: number }) =>
    page<Request>(query("/requests", filter)),
  request: (id: string) => get<Request>(`/requests/${encodeURIComponent(id)}`),
  timeline: (id: string) => page<TimelineEvent>(`/requests/${encodeURIComponent(id)}/timeline`),
  // What Engagement knows of it; not there where it runs apart.
  whyOf: (id: string) => get<{ lines: string[] }>(`/engagement/requests/${encodeURIComponent(id)}/explanation`),
  cancelRequest: (id: string) => call("POST", `/requests/${encodeURIComponent(id)}/cancel`),
  duplicateSets: (filter: { status: string; cursor?: string }) => page<DuplicateSetSummary>(query("/duplicate-sets", filter)),
  duplicateSet: (id: string) => get<DuplicateSet>(`/duplicate-sets/${encodeURIComponent(id)}`),
  mergeDuplicates: (id: string, order: { master: string; contacts: string[]; fields: Record<string, string> }) =>
    call("POST", `/duplicate-sets/${encodeURIComponent(id)}/merge`, order) as Promise<{ merges: { id: string }[] }>,
  dismissDuplicates: (id: string) => call("POST", `/duplicate-sets/${encodeURIComponent(id)}/dismiss`),
  contactMerges: (cursor?: string) => page<ContactMerge>(query("/contact-merges", { cursor })),
  undoMerge: (id: string) => call("POST", `/contact-merges/${encodeURIComponent(id)}/undo`) as Promise<{ kept: string[] }>,
  products: (filter: { search?: string; availability?: string; cursor?: string; limit?: number }) =>
    page<Product>(query("/products", filter)),
  setStock: (sku: string, quantity: number) => call("PUT", `/inventory/${encodeURIComponent(sku)}`, { quantity }),
  imports: (cursor?: string) => page<Import>(query("/imports", { cursor, limit: 25 })),
  importErrors: async (id: string) =>
    (await get<{ errors?: ImportError[] }>(`/imports/${encodeURIComponent(id)}`)).errors ?? [],
  async feedImports(cursor?: string): Promise<Page<Import>> {
    const found = await page<FeedImport>(query("/feed-imports", { cursor, limit: 25 }));
    return { items: found.items.map(feedImport), next_cursor: found.next_cursor };
  },
  heldFeed: async (id: string) => {
    const at = `/feed-imports/${encodeURIComponent(id)}`;
    const [feed, preview] = await Promise.all([get<FeedImport>(at), get<FeedPreview>(`${at}/preview`)]);
    return { feed: feedImport(feed), preview };
  },
  decideFeed: (id: string, decision: "release" | "discard") => call("POST", `/feed-imports/${encodeURIComponent(id)}/${decision}`),
  feedImportErrors: async (id: string) =>
    (await page<ImportError>(`/feed-imports/${encodeURIComponent(id)}/errors`)).items,
  feedTargets: () => page<FeedTarget>("/feeds/catalog/targets"),
  feedRuns: (target: string, cursor?: string) => page<FeedRun>(query("/feeds/catalog/runs", { target, cursor, limit: 20 })),
  runFeed: (target: string, kind: FeedRun["kind"]) => call("POST", query("/feeds/catalog/run", { target, kind })),
  heldRestocks: (cursor?: string) => page<HeldRestock>(query("/restocks/held", { cursor, limit: 50 })),
  restocks: (cursor?: string) => page<Restock>(query("/restocks", { cursor, limit: 50 })),
  journeys: () => page<JourneySummary>("/journeys"),
  journey: (key: string) => get<Journey>(`/journeys/${encodeURIComponent(key)}`),
  journeyCounts: (key: string, version: number) => page<StepCount>(query(`/journeys/${encodeURIComponent(key)}/counts`, { version })),
  saveJourney: (definition: Definition) => call("POST", "/journeys", definition) as Promise<{ version: number; problems: Finding[] }>,
  validateJourney: (definition: Definition) => call("POST", "/journeys/validate", definition) as Promise<{ valid: boolean; problems: Finding[] }>,
  changeJourney: (key: string, change: "publish" | "pause" | "resume" | "stop") =>
    call("POST", `/journeys/${encodeURIComponent(key)}/${change}`) as Promise<JourneyStatus>,
  deliveries: (filter: { state?: string; cursor?: string; limit?: number }) =>
    page<Delivery>(query("/deliveries", filter)),
  mailbox: (limit: number) => page<Mail>(query("/mailbox", { limit })),
  mail: (id: string) => get<MailContent>(`/mailbox/${encodeURIComponent(id)}`),
};
