const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, j: 86_400_000, w: 604_800_000 };

/**
 * A time as people write it: `2026-11-22` (a day of this place: its beginning, or its end), `2026-11-22T09:00` (local, or with `Z` or
 * `+02:00`), or `90m`, `12h`, `7d` (so long ago). Null when it is none of these.
 */
export function timeOf(text: string, { now, isEnd }: { now: Date; isEnd: boolean }): Date | null {
  const ago = /^(\d{1,6})([smhdjw])$/.exec(text.trim());
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0));
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '0', zone] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  if (hour === undefined) return new Date(Number(year), Number(month) - 1, Number(day) + (isEnd ? 1 : 0));
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const clock = `${hour}:${minute}:${second.padStart(2, '0')}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const time = new Date(`${year}-${month}-${day}T${clock}${zone?.toUpperCase() ?? ''}`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** `20261122-090000`, in local time: part of a file's name. */
export function nameStamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${date}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
