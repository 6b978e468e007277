/** Exit codes of every command, once; `docs/operations.md` prints this table. Above 64 they are those of sysexits(3). */
export const exitCodes = {
  ok: { code: 0, doc: 'Done.' },
  failed: { code: 1, doc: 'Failed; the line on standard error says why. Of `doctor`: a server would fail, too.' },
  usage: { code: 2, doc: 'Wrong usage or bad input, or a question that nobody could answer with yes; nothing was done.' },
  partly: { code: 3, doc: 'Done in part, or done with warnings.' },
  forbidden: { code: 5, doc: 'Not allowed, or not logged in.' },
  notFound: { code: 6, doc: 'There is no such thing.' },
  conflict: { code: 7, doc: 'It exists already, or has changed meanwhile.' },
  unreachable: { code: 8, doc: 'The server cannot be reached, or does not answer in time.' },
  untrusted: { code: 9, doc: 'The server is not the one that was known: its certificate or its identity is another one.' },
  damaged: { code: 65, doc: 'The database is damaged, or was written by a newer version.' },
  software: { code: 70, doc: 'A fault of the program: its writer thread was lost, a native module is broken.' },
  running: { code: 73, doc: 'Another server already uses this data folder; its pid is told.' },
  temporary: { code: 75, doc: 'Out of some resource; start again later.' },
  port: { code: 77, doc: 'The address cannot be listened on.' },
  config: { code: 78, doc: 'The configuration is wrong; nothing was started.' },
  interrupted: { code: 130, doc: 'Interrupted from the keyboard.' },
} as const;
export type ExitName = keyof typeof exitCodes;

/** A failure of a command that is told in one line, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitName;
  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}
