/** Everything that is not printable 7-bit ASCII; DEL too, which JSON does not escape. */
const beyondAscii = /[^\u0000-\u007e]/g;
const hasBeyondAscii = /[^\u0000-\u007e]/;

/** What stands in a JSON string as it is. */
const plain = /^[ !#-[\]-~]*$/;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A JSON string as the course server writes it: pure 7-bit ASCII, UTF-16 units as `\uXXXX`. Half of the old clients read with the platform’s charset. */
export function asciiString(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  return hasBeyondAscii.test(json) ? json.replace(beyondAscii, escapeUnit) : json;
}

/** JSON source text made pure ASCII; its characters beyond ASCII stand in strings only. */
export function asciiSource(json: string): string {
  return hasBeyondAscii.test(json) ? json.replace(beyondAscii, escapeUnit) : json;
}

/** A flat object as the course server writes it: separators `", "` and `": "`. */
export function asciiObject(entries: Readonly<Record<string, string | readonly string[]>>): string {
  const parts = Object.entries(entries).map(([key, value]) => {
    const text = typeof value === 'string' ? asciiString(value) : `[${value.map(asciiString).join(', ')}]`;
    return `${asciiString(key)}: ${text}`;
  });
  return `{${parts.join(', ')}}`;
}
