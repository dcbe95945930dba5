// Times, numbers and words as people read them.
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const dayShort = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const number = new Intl.NumberFormat();

export const formatNumber = (value: number | undefined) => (value === undefined ? "–" : number.format(value));
export const formatDay = (day: string) => dayShort.format(new Date(`${day}T12:00:00`));

export function formatTime(text: string | null | undefined) {
  if (!text) return "–";
  const time = new Date(text);
  const today = new Date().toDateString() === time.toDateString();
  return today ? timeOnly.format(time) : dateTime.format(time);
}
export const formatDate = (text: string) => dateOnly.format(new Date(text));
export const formatFull = (text: string | null | undefined) => (text ? dateTime.format(new Date(text)) : "");

export function formatAge(text: string) {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(text)) / 60000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}

// "bad-quantity" -> "Bad quantity"
export function formatWord(word: string | undefined) {
  if (!word) return "–";
  const text = word.replace(/[-_]/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}

export const utcDay = (time: Date) => time.toISOString().slice(0, 10);
