const two = (value: number) => String(value).padStart(2, '0');

/**
 * Local time as the course server writes it: ISO 8601 without zone, always six digits of a second (`2025-06-20T12:29:35.123000`).
 * The lines of a batch share few milliseconds, so the last one is kept.
 */
export function localTimes(): (at: number) => string {
  let last = { at: Number.NaN, text: '' };
  return (at) => {
    if (last.at === at) return last.text;
    const time = new Date(at);
    const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
    last = { at, text: `${date}T${clock}.${String(time.getMilliseconds()).padStart(3, '0')}000` };
    return last.text;
  };
}
