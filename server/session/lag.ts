import type { ServerEvent } from '../protocol/index.ts';

/** Lines of one channel that were not sent: filled by `history` (protocol.md §6). */
export interface Gap {
  readonly channel: string;
  readonly fromSeq: number;
  toSeq: number;
}

/**
 * Where a v2 session is not simply given what its channels get: it reads too slowly, so that room traffic is replaced by gaps; or it
 * has had a channel's latest lines already, by a replay that was quicker than their publishing.
 */
export class Lag {
  /** Null: none yet. Few sessions ever have any, and all of them would keep an empty map. */
  #gaps: Map<number, Gap> | null = null;
  #heardUpTo: Map<number, number> | null = null;

  /** Nothing out of the ordinary. */
  get isNone(): boolean {
    return (this.#gaps === null || this.#gaps.size === 0) && (this.#heardUpTo === null || this.#heardUpTo.size === 0);
  }

  /** The session was sent this channel up to `seq`; what is published later of that is not sent again. */
  heard(channelId: number, seq: number): void {
    this.#heardUpTo ??= new Map();
    this.#heardUpTo.set(channelId, seq);
  }

  /** The session has left the channel. */
  forget(channelId: number): void {
    this.#gaps?.delete(channelId);
    this.#heardUpTo?.delete(channelId);
  }

  /** Whether the event is to be sent; a message that is not becomes part of a gap. */
  takes(event: ServerEvent, channelId: number | null, isBehind: boolean): boolean {
    if (channelId === null || event.type !== 'message') return !isBehind;
    const heard = this.#heardUpTo?.get(channelId);
    if (heard !== undefined) {
      if (event.seq <= heard) return false;
      this.#heardUpTo?.delete(channelId);
    }
    const gap = this.#gaps?.get(channelId);
    if (gap !== undefined) gap.toSeq = event.seq;
    else if (!isBehind) return true;
    else if (event.subtype === 'global') this.#open(channelId, { channel: event.channel, fromSeq: event.seq, toSeq: event.seq });
    return false;
  }

  /** The gaps so far; they are told, and sending goes on. */
  takeGaps(): Gap[] {
    const gaps = [...(this.#gaps?.values() ?? [])];
    this.#gaps = null;
    return gaps;
  }

  #open(channelId: number, gap: Gap): void {
    this.#gaps ??= new Map();
    this.#gaps.set(channelId, gap);
  }
}
