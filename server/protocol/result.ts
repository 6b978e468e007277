/** What a handler gives back; the dialect spells it as the answer. */
export type Result = Readonly<Record<string, unknown>>;

/** An answer too long for one line: several of the same shape, all but the last with `"more":true` (protocol.md §6). */
export class ResultLines {
  readonly lines: readonly Result[];

  constructor(lines: readonly Result[]) {
    const last = lines.length - 1;
    this.lines = lines.map((line, index) => (index === last ? line : { ...line, more: true }));
  }
}

/** JSON text that is put into an answer as it is: pages are spelled where they are read, not on the event loop. */
export class JsonText {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}
