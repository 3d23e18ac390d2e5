const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });
const integers = new Intl.NumberFormat('en');

/** The clock of the page is only so exact: what happens within this time happens now. */
const NOW_SECONDS = 5;

/** "3 minutes ago", "in 2 days". */
export function relativeTime(value: string, now: number): string {
  const difference = Math.round((Date.parse(value) - now) / 1_000);
  const seconds = Math.abs(difference) <= NOW_SECONDS ? 0 : difference;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

export const exactTime = (value: string) => exact.format(new Date(value));

/** A time for an input of the type `datetime-local`; empty if there is none. */
export function localTime(value?: string): string {
  const time = value ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? '' : new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const count = (value: number) => integers.format(value);

/** "1.5 GiB". */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
  const scaled = value / 1024 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** The distance of the lines of an axis up to a number of bytes, so that they have short labels. */
export function byteStep(highest: number): number {
  const unit = 1024 ** Math.max(Math.floor(Math.log2(Math.max(highest, 1)) / 10), 0);
  return unit * [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => highest / unit / step <= 4)!;
}

/** "740 ms", "12.3 s", "4 min 5 s", "2 h 10 min". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
}

export const durationBetween = (start?: string | null, end?: string | null) =>
  start && end ? duration(Date.parse(end) - Date.parse(start)) : undefined;

/** The last characters of an id, enough to tell it from others on a page. Its first ones are a time, the same for what is created together. */
export const shortId = (id: string) => `…${id.slice(-8)}`;

/** The first characters of a version, which is the hash of its content. */
export const shortVersion = (version: string) => version.slice(0, 12);

export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
