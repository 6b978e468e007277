/** Hard ceilings of the wire (protocol.md §1–§5). What an operator may tune lives in `config/schema.ts`; these may only be lowered there, never raised. */
export const wire = {
  /** Deepest nesting of a line; the line's own object is level 1. */
  depth: 16,
  /** Keys in any one object of a line. */
  keys: 64,
  /** UTF-8 bytes of a `ref`, and characters of a `nonce`. */
  ref: 64,
  /** Characters of a status word. */
  state: 64,
  /** Code points of a user name, or of a channel name without its `#`. */
  name: 32,
  /** Characters of the name of a bearer token; tokens of one account; characters of what is shown to log in. */
  tokenName: 64,
  tokens: 25,
  shownToken: 4096,
  /** Characters of the line of a public key, and of its comment; keys of one account. */
  keyLine: 512,
  keyComment: 100,
  keysPerAccount: 16,
  /** UTF-8 bytes of a password. */
  passwordBytes: 1024,
  /** Messages in one page of history. */
  historyPage: 1000,
  /** Messages in one answer to a search. */
  searchPage: 100,
  /** Characters of the code of a class, as typed. */
  joinCode: 32,
  /** Code points of a channel's topic. */
  topic: 250,
  /** Code points of any other text field that is not `content`. */
  field: 256,
  /** Keys that a v1 client may add to its own messages, their total size and their nesting. */
  extraKeys: 16,
  extraBytes: 2048,
  extraDepth: 4,
  /** `tags` of a v2 message: keys, and bytes of the whole object as JSON. */
  tagKeys: 16,
  tagBytes: 1024,
  /** UTF-16 units of an emoji or a `:shortcode:`. */
  emoji: 64,
  /** Different emoji on one message; pinned messages of one channel. */
  emojisPerMessage: 64,
  pinsPerChannel: 50,
  /** Names that one message can mention. */
  mentions: 32,
  /** Longest sanction, in seconds: ten years. Characters of an address with its bits. */
  durationS: 315_360_000,
  address: 64,
  /** People whom one account blocks; reports of one person that nobody has looked at. */
  blocks: 500,
  openReports: 50,
  /** Longest line that the server itself writes; clients accept this much. */
  serverLineBytes: 1_048_576,
} as const;
