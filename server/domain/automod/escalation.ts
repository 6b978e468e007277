import type { Rules, Step } from './rules.ts';

/** What is done now to somebody to whom so much was done by itself within the window. While escalation is off, everybody is warned. */
export function nextStep(escalation: Rules['escalation'], before: number): Step {
  const { enabled, steps } = escalation;
  if (!enabled) return { kind: 'warn' };
  return steps[Math.min(before, steps.length - 1)] ?? { kind: 'warn' };
}

/** How many of these times lie within the window before `now`. */
export function within({ window_hours }: Rules['escalation'], times: readonly number[], now: number): number {
  const ms = window_hours * 3_600_000;
  return times.filter((at) => Math.abs(now - at) <= ms).length;
}
