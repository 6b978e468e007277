/** What a v2 client may opt into with `hello` (protocol.md §3); caps gate which events arrive, never their bytes. */
export const capabilities = ['echo', 'typing', 'reactions', 'edits', 'members', 'notifications', 'trace'] as const;
export type Capability = (typeof capabilities)[number];

/** Events that arrive only with a cap. */
export const gates: Readonly<Partial<Record<string, Capability>>> = {
  member: 'members',
  channel: 'members',
  edited: 'edits',
  deleted: 'edits',
  pinned: 'edits',
  reaction: 'reactions',
  typing: 'typing',
  notification: 'notifications',
  lifted: 'notifications',
  level: 'notifications',
  reported: 'notifications',
};

/** Splits what a client asked for into what we have and what we do not know. */
export function agreeOn(asked: readonly string[]): { readonly caps: readonly Capability[]; readonly unknown: readonly string[] } {
  const caps = capabilities.filter((cap) => asked.includes(cap));
  return { caps, unknown: asked.filter((cap) => !caps.some((known) => known === cap)) };
}
