import type { ServerEvent } from '../protocol/index.ts';

/** To whom an event goes. `except` is the connection that caused it. */
export type Audience =
  | { readonly channel: number }
  /** Every session of a person (`u12`, `g…`). */
  | { readonly person: string }
  /** Everybody who has a name. */
  | { readonly everyone: true }
  | { readonly session: string }
  /** The sender's own sessions of a dialect that expects copies of what it said elsewhere (v2). */
  | { readonly copiesOf: string };

/** An event on its way. It is plain data, so that it could travel to another node. */
export interface Delivery {
  readonly to: Audience;
  readonly event: ServerEvent;
  readonly except?: string | undefined;
}

/** Passes deliveries on, in the order of `publish`. */
export interface Bus {
  publish(delivery: Delivery): void;
  subscribe(receive: (delivery: Delivery) => void): void;
}
