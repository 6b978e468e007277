/** Time of day, as short as it can be. */
export function clock(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '--:--';
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** Day and month. */
export function day(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : `${twoDigits(date.getDate())}/${twoDigits(date.getMonth() + 1)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
