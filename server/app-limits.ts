import type { Rate } from './base/token-bucket.ts';
import type { Config } from './config/schema.ts';
import type { ChannelParts } from './domain/channels.ts';
import type { PageSizes } from './domain/history.ts';
import type { ServeLimits } from './house.ts';
import type { KeepaliveLimits } from './session/keepalive.ts';

/** The settings as the parts of the server want them: seconds as milliseconds, one shape for each part. */
type Limits = Config['limits'];

/** A rate as the settings write it. */
export function rateOf({ burst, per_second }: { burst: number; per_second: number }): Rate {
  return { burst, perSecond: per_second };
}

export function channelLimits(channels: Config['channels']): ChannelParts['limits'] {
  return {
    isAutoCreated: channels.auto_create,
    perAccountDay: channels.created_per_account_day,
    perGuestDay: channels.created_per_guest_day,
    perGuestAddressDay: channels.created_by_guests_per_address_day,
    cachedChannels: channels.cached,
    cachedRoles: channels.cached_roles,
  };
}

/** A page is half of what a client may leave unread: it is not cut off for what it asked for. Its lines have 1 KiB for what stands around the messages. */
export function pageSizes(limits: Limits): PageSizes {
  return { chunkBytes: limits.line_bytes - 1024, pageBytes: Math.floor(limits.outbox_bytes / 2) };
}

export function keepaliveLimits(limits: Limits): KeepaliveLimits {
  return {
    slowLineMs: limits.slow_line_s * 1000,
    firstLineMs: limits.first_line_s * 1000,
    firstLineCrowdedMs: limits.first_line_crowded_s * 1000,
    idleMs: limits.idle_s * 1000,
    pingMs: limits.ping_s * 1000,
    outboxPauseBytes: limits.outbox_pause_bytes,
    outboxSoftBytes: limits.outbox_soft_bytes,
    outboxSoftMs: limits.outbox_soft_s * 1000,
    outboxTotalBytes: limits.outbox_total_bytes,
  };
}

export function serveLimits(limits: Limits): ServeLimits {
  return {
    lineBytes: limits.line_bytes,
    lineBytesUnnamed: limits.line_bytes_unnamed,
    inFlight: limits.in_flight,
    outboxPauseBytes: limits.outbox_pause_bytes,
    outboxBytes: limits.outbox_bytes,
    badLinesPerMinute: limits.bad_lines_per_minute,
    refusalsPerMinute: limits.refusals_per_minute,
    rates: { account: rateOf(limits.messages), guest: rateOf(limits.messages_guest) },
  };
}
