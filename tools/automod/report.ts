import { reasonOf } from '../../server/domain/automod/reasons.ts';
import type { Step } from '../../server/domain/automod/rules.ts';
import { cleanText, cleanWord } from '../../server/protocol/clean.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Hit } from './replay.ts';
import { say } from './texts.ts';

/** How a trial is told, piece by piece; the empty text says nothing. No piece holds what somebody said. */
export interface Report {
  /** Null: the rules as shipped. */
  head(rulesFile: string | null): string;
  hit(hit: Hit): string;
  looked(messages: number): string;
  end(): string;
}

/** People of whom there is a line of their own at the end. */
const mostPeople = 10_000;

/** For people. */
export function textReport(lang: Lang): Report {
  const sums = new Sums();
  const actions = (counts: ReadonlyMap<string, number>) => [...counts].map(([name, count]) => `${name} ×${count}`).join(', ');
  return {
    head: (file) => `${file === null ? say(lang, 'shipped') : say(lang, 'rules', { file })}\n`,
    hit(hit) {
      const action = actionText(hit.step, lang);
      sums.add(hit, action);
      const { rule, seen } = hit.finding;
      const listed = rule === 'words' ? say(lang, 'listed', seen) : '';
      return `${hit.at}  ${shown(hit.channel)}  ${shown(hit.username)}  #${hit.id}  ${rule}: ${reasonOf(hit.finding, lang)}${listed} → ${action}\n`;
    },
    looked: (messages) => sums.look(messages),
    end() {
      const lines = [...sums.people.values()].map(({ user, rules, done }) => `  ${user}: ${actions(rules)} → ${actions(done)}`);
      if (sums.others > 0) lines.push(`  ${say(lang, 'others', { count: sums.others })}`);
      const list = lines.length === 0 ? '' : `${say(lang, 'people')}\n${lines.join('\n')}\n`;
      return `${list}${say(lang, 'sum', { messages: sums.messages, hits: sums.hits, people: sums.people.size })}\n`;
    },
  };
}

/** For programs: one object per line, the last one sums up. */
export function jsonReport(): Report {
  const sums = new Sums();
  const line = (object: object) => `${JSON.stringify(object)}\n`;
  return {
    head: (rules) => line({ type: 'rules', file: rules }),
    hit(hit) {
      sums.add(hit, hit.step.kind);
      const { id, at, channel, username, finding, step } = hit;
      return line({
        type: 'hit',
        id,
        at,
        channel: shown(channel),
        user: shown(username),
        rule: finding.rule,
        seen: finding.seen,
        action: step,
      });
    },
    looked: (messages) => sums.look(messages),
    end() {
      const people = [...sums.people.values()].map(({ user, rules, done }) =>
        line({ type: 'person', user, rules: Object.fromEntries(rules), actions: Object.fromEntries(done) }),
      );
      return `${people.join('')}${line({ type: 'sum', messages: sums.messages, hits: sums.hits, people: sums.people.size, changed: false })}`;
    },
  };
}

interface Person {
  readonly user: string;
  readonly rules: Map<string, number>;
  readonly done: Map<string, number>;
}

class Sums {
  readonly people = new Map<string, Person>();
  messages = 0;
  hits = 0;
  /** Hits of people past `mostPeople`. */
  others = 0;

  look(messages: number): '' {
    this.messages += messages;
    return '';
  }

  add({ author, username, finding }: Hit, action: string): void {
    this.hits += 1;
    const known = this.people.get(author) ?? this.#person(author, username);
    if (known === null) return;
    known.rules.set(finding.rule, (known.rules.get(finding.rule) ?? 0) + 1);
    known.done.set(action, (known.done.get(action) ?? 0) + 1);
  }

  #person(author: string, username: string): Person | null {
    if (this.people.size >= mostPeople) {
      this.others += 1;
      return null;
    }
    const person = { user: shown(username), rules: new Map(), done: new Map() };
    this.people.set(author, person);
    return person;
  }
}

function actionText(step: Step, lang: Lang): string {
  return say(lang, step.kind, step);
}

/** A terminal shows it: no control or format character of an old database reaches it. */
function shown(name: string): string {
  return cleanWord(cleanText(name));
}
